namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A dictionary split by word: what definition modelling learns from, and what it is asked for.</summary>
/// <param name="Training">Words to learn from.</param>
/// <param name="HeldOut">Words to define; none is in the other part, however it is written, nor is a near-duplicate of its definitions.</param>
/// <param name="Unknown">Words left out because nothing is known of them.</param>
/// <param name="LeftOut">Definitions of training words left out because they nearly repeat one of a held-out word.</param>
public sealed record DefinitionSplit(
    IReadOnlyList<WordDefinitions> Training,
    IReadOnlyList<WordDefinitions> HeldOut,
    int Unknown,
    int LeftOut
)
{
    /// <summary>Draws the held-out words.</summary>
    /// <param name="words">The dictionary; words that differ in case alone are one word to the split.</param>
    /// <param name="isKnown">Whether a word can be conditioned on: it has an embedding.</param>
    /// <param name="heldOut">Words to hold out, at least 1.</param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentException">Fewer words are left to learn from than are held out.</exception>
    public static DefinitionSplit Of(
        IReadOnlyList<WordDefinitions> words,
        Func<string, bool> isKnown,
        int heldOut,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(isKnown);
        Expect.AtLeast(1, heldOut, nameof(heldOut));
        WordDefinitions[] known = [.. words.Where(word => isKnown(word.Word))];
        var groups = known
            .GroupBy(word => word.Word.ToLowerInvariant(), StringComparer.Ordinal)
            .Select(group => group.ToArray())
            .ToArray();
        new Random(seed).Shuffle(groups);
        WordDefinitions[] held = [.. groups.Take(heldOut).SelectMany(group => group)];
        var near = new NearDuplicates(held.SelectMany(word => word.Definitions));
        WordDefinitions[] rest = [.. groups.Skip(heldOut).SelectMany(group => group)];
        WordDefinitions[] training =
        [
            .. rest.Select(word =>
                    word with
                    {
                        Definitions = [.. word.Definitions.Where(definition => !near.Has(definition))],
                    }
                )
                .Where(word => word.Definitions.Count > 0),
        ];
        if (training.Length < heldOut)
        {
            throw new ArgumentException(
                $"{words.Count} words, {known.Length} of them known, leave {training.Length} to learn from where {heldOut} are held out; expected at least as many as are held out. Give a larger dictionary or embeddings of more of its words, or hold out fewer.",
                nameof(words)
            );
        }

        return new DefinitionSplit(training, held, words.Count - known.Length, Count(rest) - Count(training));
    }

    private static int Count(WordDefinitions[] words) => words.Sum(word => word.Definitions.Count);
}
