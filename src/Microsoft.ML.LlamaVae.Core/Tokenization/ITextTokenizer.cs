namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Text to token ids and back, agreeing with the tokenizer that a checkpoint was trained with.</summary>
/// <remarks>Implementations are immutable and safe to use from several threads.</remarks>
public interface ITextTokenizer
{
    /// <summary>Every id is below this.</summary>
    int VocabularySize { get; }

    /// <summary>Ids with a meaning of their own.</summary>
    SpecialTokens SpecialTokens { get; }

    /// <summary>The file this tokenizer was read from, so that a saved model can carry it along.</summary>
    TokenizerFile File { get; }

    /// <summary>The pieces of the text, without BOS or EOS; empty for an empty text. Lone surrogates count as U+FFFD.</summary>
    int[] Encode(string text);

    /// <summary>The text of the ids; special tokens are left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative or not below <see cref="VocabularySize"/>.</exception>
    string Decode(ReadOnlySpan<int> ids);
}
