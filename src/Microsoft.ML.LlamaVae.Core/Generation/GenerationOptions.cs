using System.Globalization;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>How text is generated. The filters apply in the order: repetition penalty, temperature, top-k, top-p.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens of a text, the end-of-sequence token included.</summary>
    /// <value>64 by default.</value>
    public int MaxTokens { get; init; } = 64;

    /// <summary>Divides the logits; 0 takes the most likely token each time (greedy).</summary>
    /// <value>0 by default.</value>
    public double Temperature { get; init; }

    /// <summary>Only this many of the most likely tokens can be drawn; 0 for all.</summary>
    /// <value>0 by default.</value>
    public int TopK { get; init; }

    /// <summary>Only the most likely tokens that together reach this probability can be drawn; 1 for all.</summary>
    /// <value>1 by default.</value>
    public double TopP { get; init; } = 1;

    /// <summary>Logits of tokens that the text already has are divided by it where positive, multiplied where negative (Keskar et al. 2019).</summary>
    /// <value>1 by default: no penalty.</value>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>
    /// Seeds the draws. A row's draws depend on this and on its own latent alone (rounded, so that the last digits don't
    /// matter): not on the batch it is in, its place or the thread. The same latent with the same seed gives the same
    /// text; for another text change the seed.
    /// </summary>
    /// <value>0 by default.</value>
    public int Seed { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        Check(MaxTokens >= 1, MaxTokens, nameof(MaxTokens), "at least 1");
        Check(IsFrom0(Temperature), Temperature, nameof(Temperature), "0 (greedy) or a finite number above");
        Check(TopK >= 0, TopK, nameof(TopK), "0 (all tokens) or more");
        Check(TopP is > 0 and <= 1, TopP, nameof(TopP), "above 0 and at most 1 (all tokens)");
        Check(
            IsFrom0(RepetitionPenalty) && RepetitionPenalty > 0,
            RepetitionPenalty,
            nameof(RepetitionPenalty),
            "a finite number above 0 (1 for none)"
        );
    }

    private static bool IsFrom0(double value) => value >= 0 && double.IsFinite(value);

    private static void Check(bool isValid, double value, string name, string range)
    {
        if (!isValid)
        {
            throw new ArgumentOutOfRangeException(
                name,
                string.Create(CultureInfo.InvariantCulture, $"{name} must be {range}; got {value}.")
            );
        }
    }
}
