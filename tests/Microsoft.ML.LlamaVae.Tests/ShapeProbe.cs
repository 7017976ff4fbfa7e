using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Records the schema that a chain promises at its place.</summary>
internal sealed class ShapeProbe : IEstimator<ITransformer>
{
    private SchemaShape? _shape;

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _shape = inputSchema;

    public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

    public static SchemaShape Of(IDataView data)
    {
        var probe = new ShapeProbe();
        new EstimatorChain<ITransformer>().Append(probe).Fit(data);
        return probe._shape!;
    }
}
