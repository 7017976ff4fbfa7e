using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>An estimator with nothing left to learn: fitting it checks the columns and gives the transformer.</summary>
/// <typeparam name="TTransformer">The transformer, whose description says which columns it reads and makes.</typeparam>
public sealed class FittedEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : ColumnTransformer
{
    private readonly IHost _host;
    private readonly IReadOnlyList<RequiredColumn> _inputs;
    private readonly IReadOnlyList<DataViewSchema.DetachedColumn> _outputs;
    private readonly Func<TTransformer> _transformer;

    internal FittedEstimator(
        IHost host,
        IReadOnlyList<RequiredColumn> inputs,
        IReadOnlyList<DataViewSchema.DetachedColumn> outputs,
        Func<TTransformer> transformer
    ) => (_host, _inputs, _outputs, _transformer) = (host, inputs, outputs, transformer);

    /// <summary>Checks the columns; the transformer shares the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of another type, or of another size.</exception>
    public TTransformer Fit(IDataView input)
    {
        if (input is null)
        {
            throw _host.Process(new ArgumentNullException(nameof(input)));
        }

        foreach (var column in _inputs)
        {
            _host.Find(input.Schema, column);
        }

        return _transformer();
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (var column in _inputs)
        {
            _host.Check(inputSchema, column);
        }

        return Shapes.With(inputSchema, _outputs);
    }
}
