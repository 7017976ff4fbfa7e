using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Turns a column of latents into texts with a decoder that is fitted already; there is nothing to learn.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Input</term><description>Vector of Single, of the decoder's latent size.</description></item>
/// <item><term>Output</term><description>Text.</description></item>
/// </list>
/// </remarks>
public sealed class LatentToTextEstimator : IEstimator<LatentToTextTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly string _output;
    private readonly RequiredColumn _input;
    private readonly Shared<LatentDecoder> _decoder;
    private readonly GenerationOptions _options;

    internal LatentToTextEstimator(
        IHostEnvironment environment,
        string outputColumnName,
        string? inputColumnName,
        Shared<LatentDecoder> decoder,
        GenerationOptions? options
    )
    {
        _environment = environment;
        _host = environment.Register(nameof(LatentToTextEstimator));
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        _options = options ?? new GenerationOptions();
        _options.Validate();
        _output = outputColumnName;
        _decoder = decoder;
        _input = RequiredColumn.Latent(inputColumnName ?? outputColumnName, decoder.Value.LatentSize);
    }

    /// <summary>Checks the latent column; the transformer shares the decoder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, of another type, or of another size.</exception>
    public LatentToTextTransformer Fit(IDataView input)
    {
        if (input is null)
        {
            throw _host.Process(new ArgumentNullException(nameof(input)));
        }

        _host.Find(input.Schema, _input);
        return new LatentToTextTransformer(_environment, _output, _input.Name, _decoder.Share(), _options);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.Check(inputSchema, _input);
        return Shapes.With(inputSchema, [new DataViewSchema.DetachedColumn(_output, TextDataViewType.Instance)]);
    }
}
