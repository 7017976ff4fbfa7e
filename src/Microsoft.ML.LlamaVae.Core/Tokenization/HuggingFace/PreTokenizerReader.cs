using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Reads the <c>pre_tokenizer</c>.</summary>
internal static class PreTokenizerReader
{
    // GPT-2's words: contractions, letters, numbers, other characters, spaces.
    private const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Whether words are written in the alphabet of bytes.</summary>
    /// <exception cref="NotSupportedException">Something follows the step that writes them so.</exception>
    public static bool IsByteLevel(JsonElement? preTokenizer)
    {
        var types = preTokenizer.Components("pretokenizers").Select(step => step.Text("type")).ToList();
        return types.IndexOf("ByteLevel") switch
        {
            < 0 => false,
            var at when at == types.Count - 1 => true,
            var at => throw new NotSupportedException(
                $"the pre-tokenizer '{types[at + 1]}' after ByteLevel is not supported; ByteLevel must come last."
            ),
        };
    }

    /// <exception cref="NotSupportedException">A step is of another kind.</exception>
    public static ITextSplitter[] Read(JsonElement? preTokenizer) =>
        [.. preTokenizer.Components("pretokenizers").SelectMany(ReadStep)];

    private static IEnumerable<ITextSplitter> ReadStep(JsonElement step)
    {
        switch (step.Text("type"))
        {
            case "ByteLevel":
                if (step.Flag("add_prefix_space", true))
                {
                    yield return new PrefixSpaceSplitter();
                }

                if (step.Flag("use_regex", true))
                {
                    yield return Isolate(Gpt2Words);
                }

                break;
            case "Digits":
                yield return Isolate(step.Flag("individual_digits") ? @"\p{N}" : @"\p{N}+");
                break;
            case "Split":
                yield return ReadSplit(step);
                break;
            case "WhitespaceSplit":
                yield return new RegexSplitter(PatternReader.Compile(@"\s+"), keepMatches: false, keepRest: true);
                break;
            case "Metaspace":
                yield return new MetaspaceSplitter(
                    step.Field("replacement")?.GetString() ?? "▁",
                    MetaspacePrefix(step),
                    step.Flag("split", true)
                );
                break;
            case var other:
                throw JsonFields.Unsupported(
                    "pre-tokenizer",
                    other,
                    "Sequence, ByteLevel, Digits, Split, WhitespaceSplit and Metaspace"
                );
        }
    }

    /// <summary>Where a Metaspace component puts a space in front.</summary>
    public static SpacePrefix MetaspacePrefix(JsonElement step) =>
        step.Field("prepend_scheme")?.GetString() switch
        {
            "always" => SpacePrefix.Always,
            "first" => SpacePrefix.First,
            "never" => SpacePrefix.Never,
            null => step.Flag("add_prefix_space", true) ? SpacePrefix.Always : SpacePrefix.Never,
            var other => throw JsonFields.Unsupported("prepend_scheme", other, "always, first and never"),
        };

    private static RegexSplitter Isolate(string pattern) =>
        new(PatternReader.Compile(pattern), keepMatches: true, keepRest: true);

    private static RegexSplitter ReadSplit(JsonElement step)
    {
        var pattern = PatternReader.Read(step);
        var invert = step.Flag("invert");
        return step.Text("behavior").ToUpperInvariant() switch
        {
            "ISOLATED" => new RegexSplitter(pattern, keepMatches: true, keepRest: true),
            "REMOVED" => new RegexSplitter(pattern, keepMatches: invert, keepRest: !invert),
            _ => throw JsonFields.Unsupported("Split behavior", step.Text("behavior"), "Isolated and Removed"),
        };
    }
}
