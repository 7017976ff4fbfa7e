using System.Globalization;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>The most memory that the process has held since a moment, as Linux counts it.</summary>
internal static class PeakMemory
{
    /// <summary>The moment is now.</summary>
    public static void Reset() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>GB since <see cref="Reset"/>.</summary>
    public static double Gigabytes()
    {
        var line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024
            / 1e9;
    }
}
