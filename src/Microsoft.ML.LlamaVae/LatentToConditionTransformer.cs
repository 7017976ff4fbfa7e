using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Latent → the place near the conditions that it belongs to: a sentence → the neighbourhood of a word.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Latent</term><description>Vector of numbers, of the latent size.</description></item>
/// <item><term>Output</term><description>Vector of Single, of the condition size, with slot names; NaN where the latent is missing.</description></item>
/// </list>
/// See <see cref="InvertibleCvae.ToConditionSpace"/>.
/// </remarks>
public sealed class LatentToConditionTransformer : ColumnTransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeConditionSpace";

    private readonly LatentToConditionMap _map;
    private readonly Shared<InvertibleCvae> _model;

    private LatentToConditionTransformer(IHost host, LatentToConditionMap map, Shared<InvertibleCvae> model)
        : base(host, LoaderSignature, map) => (_map, _model) = (map, model);

    internal static FittedEstimator<LatentToConditionTransformer> Estimator(
        IHostEnvironment environment,
        string outputColumnName,
        string? latentColumnName,
        Shared<InvertibleCvae> model
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        var host = environment.Register(LoaderSignature);
        model.Value.RequireConditionSpace();
        var map = new LatentToConditionMap(model, outputColumnName, latentColumnName ?? outputColumnName);
        return new(
            host,
            map.Inputs,
            map.Outputs,
            () => Of(environment, map.OutputColumnName, map.LatentColumnName, model.Share())
        );
    }

    private static LatentToConditionTransformer Of(
        IHostEnvironment environment,
        string outputColumnName,
        string latentColumnName,
        Shared<InvertibleCvae> model
    ) =>
        new(
            environment.Register(LoaderSignature),
            new LatentToConditionMap(model, outputColumnName, latentColumnName),
            model
        );

    /// <summary>The column of vectors in the space of the conditions.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of latents.</summary>
    public string LatentColumnName => _map.LatentColumnName;

    /// <inheritdoc/>
    public override void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(stream, LoaderSignature, OutputColumnName, LatentColumnName);
        _model.Value.Save(stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="stream">Read to the end of the transformer; stays open.</param>
    /// <exception cref="InvalidDataException">It is something else, or incomplete.</exception>
    public static LatentToConditionTransformer Load(IHostEnvironment environment, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(stream);
        var values = ComponentHeader.Read(stream, LoaderSignature);
        using var channel = environment.Start("Loading");
        var model = InvertibleCvae.Load(stream, environment.TorchDevice(channel));
        return Of(environment, values[0]!, values[1]!, new Shared<InvertibleCvae>(model));
    }

    // ML.NET finds it by its signature.
    private static LatentToConditionTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
