using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Latent and condition → log p(z|c) in nats.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Latent</term><description>Vector of numbers, of the latent size.</description></item>
/// <item><term>Condition</term><description>Vector of numbers, of the condition size.</description></item>
/// <item><term>Output</term><description>Single; NaN where the latent or the condition is missing.</description></item>
/// </list>
/// </remarks>
public sealed class LatentLogLikelihoodTransformer : ColumnTransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeLogLikelihood";

    private readonly LatentLogLikelihoodMap _map;
    private readonly Shared<InvertibleCvae> _model;

    private LatentLogLikelihoodTransformer(IHost host, LatentLogLikelihoodMap map, Shared<InvertibleCvae> model)
        : base(host, LoaderSignature, map) => (_map, _model) = (map, model);

    internal static FittedEstimator<LatentLogLikelihoodTransformer> Estimator(
        IHostEnvironment environment,
        string outputColumnName,
        string latentColumnName,
        string conditionColumnName,
        Shared<InvertibleCvae> model
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(latentColumnName);
        ArgumentException.ThrowIfNullOrEmpty(conditionColumnName);
        var host = environment.Register(LoaderSignature);
        var map = new LatentLogLikelihoodMap(model, outputColumnName, latentColumnName, conditionColumnName);
        return new(
            host,
            map.Inputs,
            map.Outputs,
            () => Of(environment, outputColumnName, latentColumnName, conditionColumnName, model.Share())
        );
    }

    private static LatentLogLikelihoodTransformer Of(
        IHostEnvironment environment,
        string outputColumnName,
        string latentColumnName,
        string conditionColumnName,
        Shared<InvertibleCvae> model
    ) =>
        new(
            environment.Register(LoaderSignature),
            new LatentLogLikelihoodMap(model, outputColumnName, latentColumnName, conditionColumnName),
            model
        );

    /// <summary>The column of log-likelihoods.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of latents.</summary>
    public string LatentColumnName => _map.LatentColumnName;

    /// <summary>The column of conditions.</summary>
    public string ConditionColumnName => _map.ConditionColumnName;

    /// <inheritdoc/>
    public override void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(stream, LoaderSignature, OutputColumnName, LatentColumnName, ConditionColumnName);
        _model.Value.Save(stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="stream">Read to the end of the transformer; stays open.</param>
    /// <exception cref="InvalidDataException">It is something else, or incomplete.</exception>
    public static LatentLogLikelihoodTransformer Load(IHostEnvironment environment, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(stream);
        var values = ComponentHeader.Read(stream, LoaderSignature);
        using var channel = environment.Start("Loading");
        var model = InvertibleCvae.Load(stream, environment.TorchDevice(channel));
        return Of(environment, values[0]!, values[1]!, values[2]!, new Shared<InvertibleCvae>(model));
    }

    // ML.NET finds it by its signature.
    private static LatentLogLikelihoodTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
