namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>How long characters are.</summary>
internal static class Utf8Length
{
    /// <summary>Bytes of the character that starts with a byte of valid UTF-8.</summary>
    public static int Of(byte first) =>
        first switch
        {
            < 0xC0 => 1,
            < 0xE0 => 2,
            < 0xF0 => 3,
            _ => 4,
        };
}
