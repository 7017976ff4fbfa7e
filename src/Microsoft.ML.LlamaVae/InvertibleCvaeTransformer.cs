using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Condition vector → latent vector, drawn from p(z|c) or its middle: no sentence is needed.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Condition</term><description>Vector of numbers, of the size C that the model was fitted on.</description></item>
/// <item><term>Output</term><description>Vector of Single, of the latent size D, with slot names; [S, D] for S samples in a row.</description></item>
/// </list>
/// <para>A condition with a NaN or infinite slot, or of zeros alone (what <c>ApplyWordEmbedding</c> gives for unknown words), has
/// no latent: its slots are NaN, it is counted, and reported once in <c>MLContext.Log</c>.</para>
/// <para>A <c>PredictionEngine</c> disposes its transformer unless it is created with <c>OwnsTransformer = false</c>.</para>
/// </remarks>
public sealed class InvertibleCvaeTransformer : ColumnTransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeInvertibleCvae";

    private readonly IHost _host;
    private readonly ConditionToLatentMap _map;
    private readonly Shared<InvertibleCvae> _model;

    private InvertibleCvaeTransformer(
        IHost host,
        ConditionToLatentMap map,
        Shared<InvertibleCvae> model,
        CvaeTrainingReport? report
    )
        : base(host, LoaderSignature, map) => (_host, _map, _model, Report) = (host, map, model, report);

    internal static InvertibleCvaeTransformer Of(
        IHostEnvironment environment,
        string outputColumnName,
        string conditionColumnName,
        LatentSampling sampling,
        Shared<InvertibleCvae> model,
        CvaeTrainingReport? report
    )
    {
        var host = environment.Register(LoaderSignature);
        var map = new ConditionToLatentMap(host, model, outputColumnName, conditionColumnName, sampling);
        return new InvertibleCvaeTransformer(host, map, model, report);
    }

    /// <summary>The column of latents.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of conditions.</summary>
    public string ConditionColumnName => _map.ConditionColumnName;

    /// <summary>How latents are drawn.</summary>
    public LatentSampling Sampling => _map.Sampling;

    /// <summary>Conditions without a latent so far, counted each time they are mapped.</summary>
    public long MissingConditions => _map.Missing;

    /// <summary>How the fit went; null after loading.</summary>
    public CvaeTrainingReport? Report { get; }

    /// <summary>p(z|c), owned by this transformer.</summary>
    public InvertibleCvae Model => _model.Value;

    /// <summary>The same model with other columns or another way to draw; it is fitted already.</summary>
    /// <param name="outputColumnName">The column of latents.</param>
    /// <param name="conditionColumnName">The column of conditions; null for the same name.</param>
    /// <param name="sampling">How latents are drawn; null for the middle.</param>
    public FittedEstimator<InvertibleCvaeTransformer> Sample(
        string outputColumnName,
        string? conditionColumnName = null,
        LatentSampling? sampling = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        sampling ??= new LatentSampling();
        sampling.Validate();
        var map = new ConditionToLatentMap(
            _host,
            _model,
            outputColumnName,
            conditionColumnName ?? outputColumnName,
            sampling
        );
        return new(
            _host,
            map.Inputs,
            map.Outputs,
            () => Of(_host, map.OutputColumnName, map.ConditionColumnName, sampling, _model.Share(), Report)
        );
    }

    /// <summary>An estimator for log p(z|c) of a latent under a condition; it is fitted already.</summary>
    /// <param name="outputColumnName">The column of log-likelihoods in nats, Single.</param>
    /// <param name="latentColumnName">The column of latents.</param>
    /// <param name="conditionColumnName">The column of conditions; null for this transformer's.</param>
    public FittedEstimator<LatentLogLikelihoodTransformer> LogLikelihood(
        string outputColumnName,
        string latentColumnName,
        string? conditionColumnName = null
    ) =>
        LatentLogLikelihoodTransformer.Estimator(
            _host,
            outputColumnName,
            latentColumnName,
            conditionColumnName ?? ConditionColumnName,
            _model
        );

    /// <summary>An estimator for the way back, from a latent to the place near the conditions; it is fitted already.</summary>
    /// <param name="outputColumnName">The column of vectors in the space of the conditions.</param>
    /// <param name="latentColumnName">The column of latents; null for the same name.</param>
    /// <exception cref="InvalidOperationException">The model has no way back: <see cref="InvertibleCvae.HasConditionSpace"/> is false.</exception>
    public FittedEstimator<LatentToConditionTransformer> ToConditionSpace(
        string outputColumnName,
        string? latentColumnName = null
    ) => LatentToConditionTransformer.Estimator(_host, outputColumnName, latentColumnName, _model);

    /// <inheritdoc/>
    public override void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(
            stream,
            LoaderSignature,
            OutputColumnName,
            ConditionColumnName,
            JsonSerializer.Serialize(Sampling)
        );
        Model.Save(stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="stream">Read to the end of the transformer; stays open.</param>
    /// <exception cref="InvalidDataException">It is something else, or incomplete.</exception>
    public static InvertibleCvaeTransformer Load(IHostEnvironment environment, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(stream);
        var values = ComponentHeader.Read(stream, LoaderSignature);
        using var channel = environment.Start("Loading");
        return Of(
            environment,
            values[0]!,
            values[1]!,
            JsonSerializer.Deserialize<LatentSampling>(values[2]!)!,
            new Shared<InvertibleCvae>(InvertibleCvae.Load(stream, environment.TorchDevice(channel))),
            report: null
        );
    }

    // ML.NET finds it by its signature.
    private static InvertibleCvaeTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
