using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Reads the <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    /// <exception cref="NotSupportedException">A step is of another kind.</exception>
    public static ITextRewriter[] Read(JsonElement? normalizer) =>
        [.. normalizer.Components("normalizers").Select(ReadStep)];

    private static ITextRewriter ReadStep(JsonElement step) =>
        step.Text("type") switch
        {
            "Prepend" => new PrependRewriter(step.Text("prepend")),
            "Replace" => new ReplaceRewriter(PatternReader.Read(step), step.Text("content")),
            "Strip" => new StripRewriter(step.Flag("strip_left"), step.Flag("strip_right")),
            "Precompiled" => new CharacterMapRewriter(
                CharacterMap.Parse(step.Required("precompiled_charsmap").GetBytesFromBase64())
            ),
            var other => throw JsonFields.Unsupported(
                "normalizer",
                other,
                "Sequence, Prepend, Replace, Strip and Precompiled"
            ),
        };
}
