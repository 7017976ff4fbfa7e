using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>
/// What LlaMaVAE needs of a decoder: an autoregressive language model whose state can start as a latent memory.
/// Write one class to try another.
/// </summary>
/// <remarks>
/// Letters: B batch, T decoder tokens, H decoder width, V vocabulary; the memory is [B, L, 2, Hkv, M, Dh]: keys and values
/// for M slots in front of the text, in each of L layers. Every text position may attend to every slot. Keys arrive
/// unrotated: the decoder gives slot i the position i, and the text starts at position M.
/// A decoder is free to let a layer of the memory enter elsewhere than in an attention: GPT-2 adds the first one to its token
/// embeddings, an LSTM starts its states from them. Its class says where.
/// </remarks>
public interface IMemoryDecoder : IDisposable
{
    /// <summary>V, the number of token ids.</summary>
    int VocabularySize { get; }

    /// <summary>L, Hkv and Dh of the memory that this decoder attends to.</summary>
    MemoryShape MemoryShape { get; }

    /// <summary>The longest text, memory slots included, that the positions allow.</summary>
    int MaxPositions { get; }

    /// <summary>Tokens that end a text besides the tokenizer's own; empty where there are none.</summary>
    IReadOnlyList<int> EndTokens { get; }

    /// <summary>The module that holds the weights, under the names of the checkpoint format.</summary>
    nn.Module Weights { get; }

    /// <summary>The parameters of one part: what may be chosen to learn.</summary>
    IEnumerable<Parameter> PartParameters(DecoderPart part);

    /// <summary>Teacher forcing in one pass, causal over the text; differentiable in the memory and in the weights.</summary>
    /// <param name="ids">[B, T], int64. Rows may be padded on the right: causality keeps real positions clean.</param>
    /// <param name="memory">[B, L, 2, Hkv, M, Dh] or null for the plain language model.</param>
    /// <returns>Hidden states [B, T, H] after the last norm, before the head; the caller owns them.</returns>
    Tensor Hidden(Tensor ids, Tensor? memory);

    /// <summary>The same at some positions only: what is padding then need not be computed.</summary>
    /// <param name="ids">[B, T], int64.</param>
    /// <param name="memory">[B, L, 2, Hkv, M, Dh] or null for the plain language model.</param>
    /// <param name="positions">[N], int64: places in the flattened [B·T] of all tokens that a wanted one may see, itself included.</param>
    /// <returns>Hidden states [N, H]; the caller owns them.</returns>
    Tensor HiddenAt(Tensor ids, Tensor? memory, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(ids, memory); // [B, T, H]
        return hidden.reshape(-1, hidden.size(2)).index_select(0, positions).MoveToOuterDisposeScope();
    }

    /// <summary>The language-model head on any rows of hidden states.</summary>
    /// <param name="hidden">[N, H] or [B, T, H].</param>
    /// <returns>Logits [..., V]; the caller owns them.</returns>
    Tensor Logits(Tensor hidden);

    /// <summary>A state for generation, its first slots filled with the memory; the caller disposes it.</summary>
    /// <param name="memory">[B, L, 2, Hkv, M, Dh] or null.</param>
    /// <param name="batch">B.</param>
    /// <param name="capacity">The most text tokens that will be fed.</param>
    /// <exception cref="ArgumentOutOfRangeException">Memory and text together are longer than <see cref="MaxPositions"/>.</exception>
    IDecoderState Start(Tensor? memory, int batch, int capacity);

    /// <summary>Feeds the next tokens of every row and returns the logits after the last of them; no gradient.</summary>
    /// <param name="ids">[B, T], int64; T is 1 while generating.</param>
    /// <param name="state">From <see cref="Start"/>; advanced by T.</param>
    /// <returns>Logits [B, V] for the position after the last token; the caller owns them.</returns>
    Tensor Advance(Tensor ids, IDecoderState state);
}
