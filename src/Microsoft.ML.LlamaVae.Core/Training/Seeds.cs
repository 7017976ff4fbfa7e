namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Independent seeds from one: what a step draws depends on its number, not on what was drawn before.</summary>
/// <remarks>So a resumed run needs no state of a random generator.</remarks>
internal static class Seeds
{
    /// <summary>A 31-bit seed for number <paramref name="index"/> of a stream (SplitMix64's finaliser).</summary>
    public static int Derive(int seed, SeedStream stream, int index)
    {
        var x = (ulong)(uint)seed << 32 | (uint)index;
        x = (x ^ ((ulong)stream + 1) * 0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return (int)((x ^ x >> 31) & 0x7FFFFFFF);
    }
}
