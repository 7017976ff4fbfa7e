using System.Text.Json.Serialization;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae;

/// <summary>The sizes of a sentence encoder from random weights; its type says which encoder.</summary>
[JsonDerivedType(typeof(SentenceT5Configuration), "sentence-t5")]
[JsonDerivedType(typeof(BertConfiguration), "bert")]
[JsonDerivedType(typeof(LstmEncoderConfiguration), "lstm")]
public interface IEncoderConfiguration
{
    /// <summary>V; set to the tokenizer's when a model is made.</summary>
    int VocabularySize { get; }

    /// <summary>H, the size of a token embedding.</summary>
    int HiddenSize { get; }

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">They don't fit; names what and why.</exception>
    void Validate();

    internal IEncoderConfiguration WithVocabulary(int size);

    /// <summary>The same with inner widths scaled: what does not have to equal another part's size.</summary>
    internal IEncoderConfiguration Scaled(double factor);

    /// <summary>An encoder of these sizes; its token embeddings are those given, if any.</summary>
    internal ISentenceEncoder Build(Initializer init, TokenEmbedding? shared);
}
