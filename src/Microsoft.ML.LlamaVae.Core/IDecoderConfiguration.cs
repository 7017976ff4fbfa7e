using System.Text.Json.Serialization;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae;

/// <summary>The sizes of a decoder from random weights; its type says which decoder.</summary>
[JsonDerivedType(typeof(LlamaConfiguration), "llama")]
[JsonDerivedType(typeof(Gpt2Configuration), "gpt2")]
[JsonDerivedType(typeof(LstmDecoderConfiguration), "lstm")]
public interface IDecoderConfiguration
{
    /// <summary>V; set to the tokenizer's when a model is made.</summary>
    int VocabularySize { get; }

    /// <summary>H, the size of a token embedding.</summary>
    int HiddenSize { get; }

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">They don't fit; names what and why.</exception>
    void Validate();

    internal IDecoderConfiguration WithVocabulary(int size);

    /// <summary>The same with inner widths scaled: what does not have to equal another part's size.</summary>
    internal IDecoderConfiguration Scaled(double factor);

    internal IMemoryDecoder Build(Initializer init);
}
