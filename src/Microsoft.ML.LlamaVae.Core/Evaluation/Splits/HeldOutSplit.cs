namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Texts to learn from and texts held out, no near-duplicates across.</summary>
/// <param name="Training">Texts to learn from.</param>
/// <param name="HeldOut">Texts to evaluate on.</param>
/// <param name="LeftOut">Texts on neither side: repetitions, and near-duplicates of a held-out text.</param>
public sealed record HeldOutSplit(IReadOnlyList<string> Training, IReadOnlyList<string> HeldOut, int LeftOut)
{
    /// <summary>Draws the held-out texts; what nearly repeats one of them (<see cref="NearDuplicates"/>) isn't learnt from.</summary>
    /// <param name="texts">Repetitions, by their words, are left out first.</param>
    /// <param name="heldOut">Texts to hold out, at least 1.</param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentException">Less is left to learn from than is held out.</exception>
    public static HeldOutSplit Of(IReadOnlyList<string> texts, int heldOut, int seed)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Expect.AtLeast(1, heldOut, nameof(heldOut));
        string[] rows =
        [
            .. texts.DistinctBy(text => string.Join(' ', LowerCaseWords.Of(text)), StringComparer.Ordinal),
        ];
        new Random(seed).Shuffle(rows);
        var held = rows[..Math.Min(heldOut, rows.Length)];
        var near = new NearDuplicates(held);
        string[] training = [.. rows[held.Length..].Where(text => !near.Has(text))];
        return training.Length >= heldOut
            ? new HeldOutSplit(training, held, texts.Count - held.Length - training.Length)
            : throw new ArgumentException(
                $"{texts.Count} texts, {rows.Length} of them different, leave {training.Length} to learn from where {heldOut} are held out and their near-duplicates are left out; expected at least as many as are held out. Give more texts or hold out fewer.",
                nameof(texts)
            );
    }
}
