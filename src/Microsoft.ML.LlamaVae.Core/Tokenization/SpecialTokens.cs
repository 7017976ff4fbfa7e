namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Token ids with a meaning of their own; null where the vocabulary has none.</summary>
/// <param name="Bos">Beginning of sequence: the decoder's first input.</param>
/// <param name="Eos">End of sequence: generation stops here.</param>
/// <param name="Pad">Padding.</param>
/// <param name="Unknown">Stands for text that no piece covers.</param>
/// <remarks>
/// Where a checkpoint names several ends of sequence (LLaMA 3's chat models), <paramref name="Eos"/> is the first one:
/// the one that ends a text, not a turn.
/// </remarks>
public sealed record SpecialTokens(int? Bos, int? Eos, int? Pad, int? Unknown)
{
    /// <summary>No id at all.</summary>
    internal static SpecialTokens None { get; } = new(null, null, null, null);

    /// <summary>Whether an id is a mark around text, which has no text of its own: beginning, end or padding.</summary>
    internal bool IsMark(int id) => id == Bos || id == Eos || id == Pad;

    /// <summary>These ids, and another's where there is none.</summary>
    internal SpecialTokens Or(SpecialTokens other) =>
        new(Bos ?? other.Bos, Eos ?? other.Eos, Pad ?? other.Pad, Unknown ?? other.Unknown);

    /// <summary>These ids, if the vocabulary has them.</summary>
    /// <exception cref="ArgumentException">An id is negative or not below the size.</exception>
    internal SpecialTokens Within(int vocabularySize)
    {
        foreach (
            var (name, id) in new[]
            {
                (nameof(Bos), Bos),
                (nameof(Eos), Eos),
                (nameof(Pad), Pad),
                (nameof(Unknown), Unknown),
            }
        )
        {
            if (id is < 0 || id >= vocabularySize)
            {
                throw new ArgumentException(
                    $"The special token {name} has the id {id}; the tokenizer's ids are 0 to {vocabularySize - 1}. "
                        + "Give an id of this vocabulary, or null."
                );
            }
        }

        return this;
    }
}
