using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of latents with conditions → log p(z|c).</summary>
internal sealed class LatentLogLikelihoodMap(
    Shared<InvertibleCvae> model,
    string outputColumnName,
    string latentColumnName,
    string conditionColumnName
) : IBatchMap
{
    public string OutputColumnName => outputColumnName;

    public string LatentColumnName => latentColumnName;

    public string ConditionColumnName => conditionColumnName;

    public int BatchSize => 256;

    public IReadOnlyList<RequiredColumn> Inputs { get; } =
    [
        RequiredColumn.Numbers(latentColumnName, model.Value.LatentSize),
        RequiredColumn.Condition(conditionColumnName, model.Value.ConditionSize),
    ];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
    [new DataViewSchema.DetachedColumn(outputColumnName, NumberDataViewType.Single)];

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var scores = outputs[0].Values<float>();
        var rows = VectorRows.Gather(Inputs, inputs, count);
        foreach (var slot in rows.Missing)
        {
            scores[slot] = float.NaN;
        }

        if (rows.Slots.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var flow = model.Value;
        var z = tensor(rows.Matrices[0]).view(-1, flow.LatentSize).SendTo(flow.Device); // [B, D]
        var condition = tensor(rows.Matrices[1]).view(-1, flow.ConditionSize).SendTo(flow.Device); // [B, C]
        var each = flow.LogDensity(z, condition).cpu().data<float>().ToArray(); // [B]
        for (var k = 0; k < each.Length; k++)
        {
            scores[rows.Slots[k]] = each[k];
        }
    }
}
