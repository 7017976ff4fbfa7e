namespace Microsoft.ML.LlamaVae.Benchmarks.Gpu;

/// <summary>All that is measured on a GPU, in the same rounds as the limits of the card.</summary>
internal static class GpuTable
{
    public static IReadOnlyList<Row> Measure(Machine machine, DecoderShape shape, int rounds)
    {
        using var limits = new DeviceLimits(machine);
        using var decoder = GpuDecoding.Model(machine, shape.Configuration);
        using var pipeline = new GpuPipeline(machine, shape, decoder);
        var contest = limits.Enter(new Contest(rounds));
        GpuDecoding.Enter(contest, machine, limits, shape, decoder);
        pipeline.Enter(contest, limits);
        return contest.Run();
    }
}
