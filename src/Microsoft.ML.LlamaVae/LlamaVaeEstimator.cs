using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.LlamaVae.Native;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Fits LlaMaVAE (arXiv 2312.13208) to a text column; its transformer maps texts to latent vectors.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Input</term><description>Text. Blank rows are skipped in the fit and counted.</description></item>
/// <item><term>Output</term><description>Vector of Single, of the latent size, with slot names: the mean of q(z|x).</description></item>
/// <item><term>Log-variance (optional)</term><description>Vector of Single, of the latent size, with slot names.</description></item>
/// </list>
/// The data are read once, in their order. The fit honours the MLContext's seed, its GPU device and fallback, its log
/// (a line per validation) and its cancellation.
/// </remarks>
public sealed class LlamaVaeEstimator : IEstimator<LlamaVaeTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly string _output;
    private readonly RequiredColumn _input;
    private readonly LlamaVaeOptions _options;
    private readonly int _seed;

    internal LlamaVaeEstimator(
        IHostEnvironment environment,
        string outputColumnName,
        string? inputColumnName,
        LlamaVaeOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(environment);
        _environment = environment;
        _host = environment.Register(nameof(LlamaVaeEstimator));
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _output = outputColumnName;
        _input = RequiredColumn.Text(inputColumnName ?? outputColumnName);
        _options = options;
        _seed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Trains the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">No row has a usable text.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the options' token or by the MLContext.</exception>
    public LlamaVaeTransformer Fit(IDataView input)
    {
        if (input is null)
        {
            throw _host.Process(new ArgumentNullException(nameof(input)));
        }

        var column = _host.Find(input.Schema, _input);
        using var channel = _host.Start("Training");
        TorchBackend.EnsureLoaded();
        if (TorchBackend.Note is { } note)
        {
            channel.Trace(MessageSensitivity.None, note);
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_options.CancellationToken);
        var device = _environment.TorchDevice(channel);
        var model = LlamaVaeModel.Create(_options.Model, device, _seed, null, cancellation.Token);
        try
        {
            var trainer = _options.Trainer with { Training = _options.Trainer.Training with { Seed = _seed } };
            var progress = new ChannelProgress(_host, channel, cancellation, _options.Progress);
            var report = VaeTrainer.Fit(model, Texts(input, column), trainer, progress, cancellation.Token);
            TrainingLog.Write(channel, report);
            return LlamaVaeTransformer.Of(
                _environment,
                _output,
                _input.Name,
                _options.LogVarianceColumnName,
                new Batching(_options.BatchSize, _options.LookAhead),
                _options.BackboneStorage,
                new Shared<LatentEncoder>(model.Encoder),
                new Shared<LatentDecoder>(model.Decoder),
                report
            );
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.Check(inputSchema, _input);
        return Shapes.With(
            inputSchema,
            TextToLatentMap.OutputColumns(_output, _options.LogVarianceColumnName, _options.LatentSize)
        );
    }

    private static IEnumerable<string?> Texts(IDataView data, DataViewSchema.Column column)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            getter(ref text);
            yield return text.ToString();
        }
    }
}
