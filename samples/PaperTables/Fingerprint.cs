using System.Security.Cryptography;
using System.Text.Json;

namespace PaperTables;

/// <summary>A digest of what a run is made of.</summary>
internal static class Fingerprint
{
    private static readonly JsonSerializerOptions s_options = new() { IncludeFields = true };

    /// <summary>SHA-256 of the parts as JSON, in hexadecimal.</summary>
    public static string Of<T>(T parts) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, s_options)));
}
