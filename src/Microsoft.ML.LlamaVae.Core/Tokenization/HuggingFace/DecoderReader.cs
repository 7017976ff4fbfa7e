using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Reads the <c>decoder</c>.</summary>
internal static class DecoderReader
{
    /// <exception cref="NotSupportedException">It is of another kind.</exception>
    public static IPieceDecoder Read(JsonElement? decoder)
    {
        var steps = decoder.Components("decoders").ToArray();
        return steps.Select(step => step.Text("type")).ToArray() switch
        {
            ["ByteLevel"] => new ByteLevelDecoder(),
            ["Metaspace"] => new MetaspaceDecoder(
                steps[0].Field("replacement")?.GetString() ?? "▁",
                PreTokenizerReader.MetaspacePrefix(steps[0]) != SpacePrefix.Never
            ),
            [.. var types, "ByteFallback", "Fuse"] when types.All(IsReplace) => ByteFallback(steps, null),
            [.. var types, "ByteFallback", "Fuse", "Strip"] when types.All(IsReplace) => ByteFallback(steps, steps[^1]),
            var types => throw JsonFields.Unsupported(
                "decoder",
                types.Length == 0 ? "none" : string.Join(", ", types),
                "ByteLevel, Metaspace, and the sequence Replace, ByteFallback, Fuse, Strip"
            ),
        };
    }

    private static bool IsReplace(string type) => type == "Replace";

    private static ByteFallbackDecoder ByteFallback(JsonElement[] steps, JsonElement? strip) =>
        new(
            [
                .. steps
                    .Where(step => IsReplace(step.Text("type")))
                    .Select(step => (PatternReader.Read(step), step.Text("content"))),
            ],
            strip?.Text("content")[0] ?? ' ',
            strip?.Required("start").GetInt32() ?? 0,
            strip?.Required("stop").GetInt32() ?? 0
        );
}
