using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of latents → vectors in the space of the conditions.</summary>
internal sealed class LatentToConditionMap(
    Shared<InvertibleCvae> model,
    string outputColumnName,
    string latentColumnName
) : IBatchMap
{
    public string OutputColumnName => outputColumnName;

    public string LatentColumnName => latentColumnName;

    public int BatchSize => 256;

    public IReadOnlyList<RequiredColumn> Inputs { get; } =
    [RequiredColumn.Numbers(latentColumnName, model.Value.LatentSize)];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
    [LatentColumn.Of(outputColumnName, model.Value.ConditionSize, "Condition")];

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var conditions = outputs[0].Values<VBuffer<float>>();
        var flow = model.Value;
        var rows = VectorRows.Gather(Inputs, inputs, count);
        foreach (var slot in rows.Missing)
        {
            VectorValues.SetMissing(ref conditions[slot], flow.ConditionSize);
        }

        if (rows.Slots.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var z = tensor(rows.Matrices[0]).view(-1, flow.LatentSize).SendTo(flow.Device); // [B, D]
        var values = flow.ToConditionSpace(z).cpu().contiguous().data<float>().ToArray(); // [B, C]
        for (var k = 0; k < rows.Slots.Count; k++)
        {
            var row = values.AsSpan(k * flow.ConditionSize, flow.ConditionSize);
            VectorValues.Set(ref conditions[rows.Slots[k]], row);
        }
    }
}
