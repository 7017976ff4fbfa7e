using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.LlamaVae.Native;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>Fits the Invertible CVAE to pairs of condition and latent; its transformer needs the condition alone.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Condition</term><description>Vector of numbers of known size C, a word embedding for example.</description></item>
/// <item><term>Latent</term><description>Vector of numbers of known size D; read in the fit only.</description></item>
/// <item><term>Log-variance (optional)</term><description>Vector of numbers of size D; read in the fit only.</description></item>
/// <item><term>Output</term><description>Vector of Single, of size D; [S, D] for S samples in a row.</description></item>
/// </list>
/// Rows with a missing value (NaN, infinite, a condition of zeros) are skipped in the fit and counted. The data are read once,
/// in their order. The fit honours the MLContext's seed, its GPU device and fallback, its log and its cancellation.
/// </remarks>
public sealed class InvertibleCvaeEstimator : IEstimator<InvertibleCvaeTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly string _output;
    private readonly RequiredColumn _condition;
    private readonly RequiredColumn _latent;
    private readonly RequiredColumn? _logVariance;
    private readonly InvertibleCvaeOptions _options;
    private readonly int _seed;

    internal InvertibleCvaeEstimator(
        IHostEnvironment environment,
        string outputColumnName,
        string conditionColumnName,
        string latentColumnName,
        InvertibleCvaeOptions options
    )
    {
        _environment = environment;
        _host = environment.Register(nameof(InvertibleCvaeEstimator));
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(conditionColumnName);
        ArgumentException.ThrowIfNullOrEmpty(latentColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _output = outputColumnName;
        _condition = RequiredColumn.Numbers(conditionColumnName);
        _latent = RequiredColumn.Numbers(latentColumnName);
        _logVariance = options.LogVarianceColumnName is { } name ? RequiredColumn.Numbers(name) : null;
        _options = options;
        _seed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Trains the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of another type, or the log-variances are of another size than the latents.</exception>
    /// <exception cref="ArgumentException">Fewer than two rows are usable, or the options don't fit the sizes.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the options' token or by the MLContext.</exception>
    public InvertibleCvaeTransformer Fit(IDataView input)
    {
        if (input is null)
        {
            throw _host.Process(new ArgumentNullException(nameof(input)));
        }

        var conditionSize = Size(_host.Find(input.Schema, _condition));
        var latentSize = Size(_host.Find(input.Schema, _latent));
        using var channel = _host.Start("Training");
        TorchBackend.EnsureLoaded();
        if (TorchBackend.Note is { } note)
        {
            channel.Trace(MessageSensitivity.None, note);
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_options.CancellationToken);
        var device = _environment.TorchDevice(channel);
        var pairs = FlowPairs.Read(
            _host,
            input,
            RequiredColumn.Condition(_condition.Name, conditionSize),
            RequiredColumn.Numbers(_latent.Name, latentSize),
            _logVariance is null ? null : RequiredColumn.Numbers(_logVariance.Name, latentSize)
        );
        // On the CPU, whatever the device: the same seed gives the same weights everywhere.
        using var generator = new Generator((ulong)Seeds.Derive(_seed, SeedStream.Weights, 0));
        var model = new InvertibleCvae(_options.Configuration(latentSize, conditionSize), generator);
        try
        {
            model.to(device);
            var report = CvaeTrainer.Fit(
                model,
                pairs.Conditions,
                pairs.Latents,
                pairs.LogVariances,
                _options.Training with
                {
                    Seed = _seed,
                },
                new ChannelProgress(_host, channel, cancellation, _options.Progress),
                cancellation.Token
            );
            TrainingLog.Write(channel, report, pairs.Missing);
            return InvertibleCvaeTransformer.Of(
                _environment,
                _output,
                _condition.Name,
                _options.Sampling,
                new Shared<InvertibleCvae>(model),
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
        _host.Check(inputSchema, _condition);
        _host.Check(inputSchema, _latent);
        if (_logVariance is not null)
        {
            _host.Check(inputSchema, _logVariance);
        }

        // The latent's size isn't known yet; no promise depends on it.
        return Shapes.With(inputSchema, [ConditionToLatentMap.OutputColumn(_output, 1, _options.Sampling)]);
    }

    private static int Size(DataViewSchema.Column column) => ((VectorDataViewType)column.Type).Size;
}
