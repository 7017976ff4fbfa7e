using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>Runs BenchmarkDotNet on the parts of the library and gives its figures as rows of ours.</summary>
/// <remarks>
/// In this process. Projects of BenchmarkDotNet's own work here as well, but take a minute to build, need the SDK, and each would
/// have to load libtorch and to choose one thread again. Benchmarks run one after the other, so a ratio is that of two medians.
/// </remarks>
internal static class PartBenchmarks
{
    /// <summary>What a step of decoding may allocate.</summary>
    private const string Allowance = "32 KB";
    private const double AllowanceBytes = 32 << 10;

    private static readonly Type[] s_benchmarks =
    [
        typeof(Products),
        typeof(Norms),
        typeof(CachedAttention),
        typeof(DecodeSteps),
        typeof(Tokenizing),
        typeof(Detokenizing),
        typeof(UnigramTokenizing),
        typeof(ChoosingTokens),
        typeof(ReadingWeights),
        typeof(MappingLatents),
        typeof(Cursors),
    ];

    /// <param name="rounds">Measured iterations of each benchmark.</param>
    /// <param name="filters">Patterns of names, as BenchmarkDotNet takes them.</param>
    public static IReadOnlyList<Row> Measure(int rounds, IReadOnlyList<string> filters)
    {
        var job = Job
            .Default.WithToolchain(InProcessEmitToolchain.DontLogOutput)
            .WithWarmupCount(15) // until the code has been compiled again for speed, in the background
            .WithIterationCount(rounds)
            .WithIterationTime(TimeInterval.FromMilliseconds(80))
            .WithUnrollFactor(1)
            .WithEvaluateOverhead(false);
        var config = ManualConfig
            .CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine("artifacts", "BenchmarkDotNet"))
            .WithOptions(ConfigOptions.DisableLogFile);
        var summaries = BenchmarkSwitcher.FromTypes(s_benchmarks).Run(["--filter", .. filters], config);
        return [.. summaries.SelectMany(Rows)];
    }

    private static IEnumerable<Row> Rows(Summary summary)
    {
        if (summary.ValidationErrors.FirstOrDefault(error => error.IsCritical) is { } error)
        {
            throw new InvalidOperationException($"BenchmarkDotNet refuses '{summary.Title}': {error.Message}");
        }

        var baselines = summary
            .Reports.Where(report => report.BenchmarkCase.Descriptor.Baseline)
            .ToDictionary(report => report.BenchmarkCase.Parameters.DisplayInfo, StringComparer.Ordinal);
        foreach (var report in summary.Reports)
        {
            var time = Time(report);
            var baseline = baselines.GetValueOrDefault(report.BenchmarkCase.Parameters.DisplayInfo);
            var isCompared = baseline is not null && baseline != report;
            yield return new Row(
                Name(report),
                time.Median / 1000,
                "µs",
                isCompared ? Name(baseline!) : null,
                isCompared ? time.Median / Time(baseline!).Median : null,
                time.InterquartileRange / time.Median
            );
            if (report.BenchmarkCase.Descriptor.Type == typeof(DecodeSteps))
            {
                var bytes = (double)report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)!.Value;
                yield return new Row($"{Name(report)}, managed", bytes, "B", Allowance, bytes / AllowanceBytes, 0);
            }
        }
    }

    private static Statistics Time(BenchmarkReport report) =>
        report.ResultStatistics
        ?? throw new InvalidOperationException(
            $"'{Name(report)}' gave no figures. Run it alone with --filter and a debugger, or see the messages above."
        );

    private static string Name(BenchmarkReport report)
    {
        var parameters = report.BenchmarkCase.Parameters;
        var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
        return parameters.Count == 0
            ? name
            : $"{name}, {string.Join(", ", parameters.Items.Select(parameter => $"{parameter.Name.ToLowerInvariant()} {parameter.Value}"))}";
    }
}
