using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of conditions → latents drawn from p(z|c).</summary>
/// <remarks>Letters: B rows, S samples in a row, C condition size, D latent size.</remarks>
internal sealed class ConditionToLatentMap(
    IHost host,
    Shared<InvertibleCvae> model,
    string outputColumnName,
    string conditionColumnName,
    LatentSampling sampling
) : IBatchMap
{
    private readonly RowWarning _missing = new(
        host,
        "Conditions with a NaN or infinite slot, or of zeros alone (an unknown word), have no latent: its slots are NaN. Counted in MissingConditions."
    );

    public string OutputColumnName => outputColumnName;

    public string ConditionColumnName => conditionColumnName;

    public LatentSampling Sampling => sampling;

    public long Missing => _missing.Count;

    public int BatchSize => 256;

    public IReadOnlyList<RequiredColumn> Inputs { get; } =
    [RequiredColumn.Condition(conditionColumnName, model.Value.ConditionSize)];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
    [OutputColumn(outputColumnName, model.Value.LatentSize, sampling)];

    public static DataViewSchema.DetachedColumn OutputColumn(string name, int latentSize, LatentSampling sampling) =>
        sampling.SamplesPerRow == 1
            ? LatentColumn.Of(name, latentSize, "Latent")
            : new(name, new VectorDataViewType(NumberDataViewType.Single, sampling.SamplesPerRow, latentSize));

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var latents = outputs[0].Values<VBuffer<float>>();
        var size = sampling.SamplesPerRow * model.Value.LatentSize;
        var rows = VectorRows.Gather(Inputs, inputs, count);
        foreach (var slot in rows.Missing)
        {
            _missing.Add();
            VectorValues.SetMissing(ref latents[slot], size);
        }

        if (rows.Slots.Count > 0)
        {
            var values = Draw(rows.Matrices[0]).AsSpan();
            for (var k = 0; k < rows.Slots.Count; k++)
            {
                VectorValues.Set(ref latents[rows.Slots[k]], values.Slice(k * size, size));
            }
        }
    }

    private float[] Draw(float[] conditions)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var flow = model.Value;
        var condition = tensor(conditions).view(-1, flow.ConditionSize); // [B, C]
        var noise = Noise(condition).SendTo(flow.Device); // [B, S, D]
        return flow.SampleWith(condition.SendTo(flow.Device), noise).cpu().contiguous().data<float>().ToArray();
    }

    // On the CPU, whatever the device: the same seed draws the same everywhere.
    private Tensor Noise(Tensor condition)
    {
        using var scope = NewDisposeScope();
        var noise = zeros(condition.size(0), sampling.SamplesPerRow, model.Value.LatentSize); // [B, S, D]
        if (sampling.Temperature > 0)
        {
            var seeds = RowSeeds.Of(condition, sampling.Seed);
            for (var b = 0; b < seeds.Length; b++)
            {
                using var generator = new Generator((ulong)(uint)seeds[b]);
                noise[b].normal_(0, sampling.Temperature, generator);
            }
        }

        return noise.MoveToOuterDisposeScope();
    }
}
