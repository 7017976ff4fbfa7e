using System.Text.RegularExpressions;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Runs of letters and digits in lower case; everything else separates.</summary>
/// <remarks>For ASCII text the same words as those of Google's rouge_score without its stemmer.</remarks>
internal static partial class LowerCaseWords
{
    /// <summary>The words of a text in order; none for an empty text.</summary>
    public static string[] Of(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
