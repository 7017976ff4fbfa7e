using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>What LlaMaVAE needs of an encoder: tokens of a sentence in, one vector out. Write one class to try another.</summary>
/// <remarks>Letters: B batch, S encoder tokens, E sentence-embedding size.</remarks>
public interface ISentenceEncoder : IDisposable
{
    /// <summary>E, the size of a sentence embedding.</summary>
    int EmbeddingSize { get; }

    /// <summary>Token ids must be below this.</summary>
    int VocabularySize { get; }

    /// <summary>Its texts begin with the tokenizer's beginning-of-sequence token (BERT's [CLS]); all end with EOS ([SEP]).</summary>
    /// <value>false by default.</value>
    bool BeginsWithBos => false;

    /// <summary>The module that holds the weights, under the names of the checkpoint format.</summary>
    nn.Module Weights { get; }

    /// <summary>Sentence embeddings h; differentiable; a row doesn't depend on the others of its batch nor on its padding.</summary>
    /// <param name="ids">Token ids [B, S], int64; what stands at padding is ignored.</param>
    /// <param name="mask">[B, S], bool, true at real tokens; every row has at least one.</param>
    /// <returns>[B, E]; the caller owns it.</returns>
    Tensor Encode(Tensor ids, Tensor mask);
}
