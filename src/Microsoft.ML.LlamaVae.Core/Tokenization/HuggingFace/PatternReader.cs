using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Reads patterns: <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
internal static class PatternReader
{
    // Only a pattern that backtracks without end takes this long.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <exception cref="NotSupportedException">.NET's regular expressions don't know the syntax.</exception>
    public static Regex Read(JsonElement component)
    {
        var pattern = component.Required("pattern");
        return pattern.Field("String") is { } text
            ? Compile(Regex.Escape(text.GetString()!))
            : Compile(pattern.Text("Regex"));
    }

    /// <inheritdoc cref="Read"/>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, s_timeout);
        }
        catch (RegexParseException e)
        {
            throw new NotSupportedException($"the regular expression '{pattern}' is not supported: {e.Message}", e);
        }
    }
}
