using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Text → latent vector: the mean of q(z|x), from sentence encoder and bottleneck.</summary>
/// <remarks>
/// <para>A blank text (null, empty, spaces) has no latent: all slots are NaN, ML.NET's sign for missing. A text longer than
/// the limit is cut. Both are counted, and reported once in <c>MLContext.Log</c>.</para>
/// <para>A saved transformer carries encoder and bottleneck, not the decoder. Disposing it frees the encoder; a
/// <c>PredictionEngine</c> disposes its transformer unless it is created with <c>OwnsTransformer = false</c>.</para>
/// </remarks>
public sealed class LlamaVaeTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeTextToLatent";

    private readonly BatchTransform _transform;
    private readonly TextToLatentMap _map;
    private readonly Shared<LatentEncoder> _encoder;
    private readonly Shared<LatentDecoder>? _decoder;
    private readonly IHost _host;
    private readonly BackboneStorage _storage;

    internal LlamaVaeTransformer(
        IHostEnvironment environment,
        string outputColumnName,
        string inputColumnName,
        string? logVarianceColumnName,
        int batchSize,
        BackboneStorage storage,
        Shared<LatentEncoder> encoder,
        Shared<LatentDecoder>? decoder,
        VaeTrainingReport? report
    )
    {
        _host = environment.Register(LoaderSignature);
        (_encoder, _decoder, _storage, Report) = (encoder, decoder, storage, report);
        _map = new TextToLatentMap(_host, encoder, outputColumnName, inputColumnName, logVarianceColumnName, batchSize);
        _transform = new BatchTransform(_host, _map);
    }

    /// <summary>The column of latents.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of texts.</summary>
    public string InputColumnName => _map.InputColumnName;

    /// <summary>D.</summary>
    public int LatentSize => _encoder.Value.LatentSize;

    /// <summary>How the fit went; null after loading.</summary>
    public VaeTrainingReport? Report { get; }

    /// <summary>Texts cut so far, counted each time they are mapped.</summary>
    public long TruncatedTexts => _map.Truncated;

    /// <summary>Blank texts so far, counted each time they are mapped.</summary>
    public long BlankTexts => _map.Blank;

    /// <summary>The encoder half, owned by this transformer.</summary>
    public LatentEncoder Encoder => _encoder.Value;

    /// <summary>The decoder half fitted with this transformer; null after loading.</summary>
    public LatentDecoder? Decoder => _decoder?.Value;

    /// <summary>An estimator that turns latents of this model back into texts; it is fitted already.</summary>
    /// <param name="outputColumnName">The column of texts.</param>
    /// <param name="inputColumnName">The column of latents; null for the same name.</param>
    /// <param name="options">How to generate; null for greedy.</param>
    /// <exception cref="InvalidOperationException">This transformer was loaded: the decoder is not in its file.</exception>
    public LatentToTextEstimator LatentToText(
        string outputColumnName,
        string? inputColumnName = null,
        GenerationOptions? options = null
    ) =>
        _decoder is { } decoder
            ? new LatentToTextEstimator(_host, outputColumnName, inputColumnName, decoder, options)
            : throw _host.Process(
                new InvalidOperationException(
                    "A loaded text-to-latent transformer carries the encoder only. Save the latent-to-text transformer too "
                        + "(append LatentToText(…) to the pipeline, or save it on its own) and load that."
                )
            );

    /// <summary>Writes columns and weights; the same bytes stand in a model saved by <c>mlContext.Model.Save</c>.</summary>
    /// <param name="stream">Needs not be seekable; stays open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(
            stream,
            LoaderSignature,
            OutputColumnName,
            InputColumnName,
            _map.LogVarianceColumnName,
            _map.BatchSize.ToString(CultureInfo.InvariantCulture),
            _storage.ToString()
        );
        _encoder.Value.Save(stream, _storage);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="stream">Read to the end of the transformer; stays open.</param>
    /// <exception cref="InvalidDataException">It is something else, or incomplete.</exception>
    /// <exception cref="FileNotFoundException">A referenced checkpoint is missing.</exception>
    public static LlamaVaeTransformer Load(IHostEnvironment environment, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(stream);
        var values = ComponentHeader.Read(stream, LoaderSignature);
        using var channel = environment.Start("Loading");
        return new LlamaVaeTransformer(
            environment,
            values[0]!,
            values[1]!,
            values[2],
            int.Parse(values[3]!, CultureInfo.InvariantCulture),
            Enum.Parse<BackboneStorage>(values[4]!),
            new Shared<LatentEncoder>(LatentEncoder.Load(stream, environment.TorchDevice(channel))),
            decoder: null,
            report: null
        );
    }

    // ML.NET finds it by its signature.
    private static LlamaVaeTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, LoaderSignature, Save);

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _transform.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _transform.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _transform.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder?.Dispose();
    }
}
