using System.Text.RegularExpressions;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The "13a" tokenisation of mteval-v13a, sacrebleu's default: case is kept, punctuation stands alone.</summary>
/// <remarks>Full stops and commas stay inside numbers; a dash is split off only after a digit; apostrophes stay.</remarks>
internal static partial class Mteval13aTokenizer
{
    /// <summary>The tokens of one segment; none for an empty or blank text.</summary>
    public static string[] Tokenize(string text)
    {
        var line = text.TrimEnd()
            .Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal)
            .Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        line = Symbol().Replace($" {line} ", " $0 ");
        line = StopAfterNonDigit().Replace(line, "${before} ${stop} ");
        line = StopBeforeNonDigit().Replace(line, " ${stop} ${after}");
        line = DashAfterDigit().Replace(line, "${digit} - ");
        return line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>All of ASCII's symbols but the apostrophe, the comma, the dash and the full stop.</summary>
    [GeneratedRegex(@"[!-&(-+/:-@\[-`{-~]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Symbol();

    [GeneratedRegex("(?<before>[^0-9])(?<stop>[.,])", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex StopAfterNonDigit();

    [GeneratedRegex("(?<stop>[.,])(?<after>[^0-9])", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex StopBeforeNonDigit();

    [GeneratedRegex("(?<digit>[0-9])-", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DashAfterDigit();
}
