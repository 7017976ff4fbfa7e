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
public sealed class LlamaVaeTransformer : ColumnTransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeTextToLatent";

    private readonly TextToLatentMap _map;
    private readonly Shared<LatentEncoder> _encoder;
    private readonly Shared<LatentDecoder>? _decoder;
    private readonly IHost _host;
    private readonly BackboneStorage _storage;

    private LlamaVaeTransformer(
        IHost host,
        TextToLatentMap map,
        BackboneStorage storage,
        Shared<LatentEncoder> encoder,
        Shared<LatentDecoder>? decoder,
        VaeTrainingReport? report
    )
        : base(host, LoaderSignature, map) =>
        (_host, _map, _storage, _encoder, _decoder, Report) = (host, map, storage, encoder, decoder, report);

    internal static LlamaVaeTransformer Of(
        IHostEnvironment environment,
        string outputColumnName,
        string inputColumnName,
        string? logVarianceColumnName,
        Batching batching,
        BackboneStorage storage,
        Shared<LatentEncoder> encoder,
        Shared<LatentDecoder>? decoder,
        VaeTrainingReport? report
    )
    {
        var host = environment.Register(LoaderSignature);
        var map = new TextToLatentMap(
            host,
            encoder,
            outputColumnName,
            inputColumnName,
            logVarianceColumnName,
            batching
        );
        return new LlamaVaeTransformer(host, map, storage, encoder, decoder, report);
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
    /// <param name="samplesPerRow">S, latents in a row; a row of several gives a vector of as many texts.</param>
    /// <exception cref="InvalidOperationException">This transformer was loaded: the decoder is not in its file.</exception>
    public FittedEstimator<LatentToTextTransformer> LatentToText(
        string outputColumnName,
        string? inputColumnName = null,
        GenerationOptions? options = null,
        int samplesPerRow = 1
    ) =>
        _decoder is { } decoder
            ? LatentToTextTransformer.Estimator(
                _host,
                outputColumnName,
                inputColumnName,
                decoder,
                options,
                samplesPerRow
            )
            : throw _host.Process(
                new InvalidOperationException(
                    "A loaded text-to-latent transformer carries the encoder only. Save the latent-to-text transformer too "
                        + "(append LatentToText(…) to the pipeline, or save it on its own) and load that."
                )
            );

    /// <inheritdoc/>
    public override void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(
            stream,
            LoaderSignature,
            OutputColumnName,
            InputColumnName,
            _map.LogVarianceColumnName,
            _map.Batching.Size.ToString(CultureInfo.InvariantCulture),
            _map.Batching.LookAhead.ToString(CultureInfo.InvariantCulture),
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
        return Of(
            environment,
            values[0]!,
            values[1]!,
            values[2],
            new Batching(
                int.Parse(values[3]!, CultureInfo.InvariantCulture),
                int.Parse(values[4]!, CultureInfo.InvariantCulture)
            ),
            Enum.Parse<BackboneStorage>(values[5]!),
            new Shared<LatentEncoder>(LatentEncoder.Load(stream, environment.TorchDevice(channel))),
            decoder: null,
            report: null
        );
    }

    // ML.NET finds it by its signature.
    private static LlamaVaeTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder?.Dispose();
    }
}
