using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Latent vector → text, from latent memory and decoder.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Input</term><description>Vector of Single, of the decoder's latent size D, or [S, D] for S samples in a row.</description></item>
/// <item><term>Output</term><description>Text, or a vector of S texts.</description></item>
/// </list>
/// <para>A row with a NaN or infinite slot has no text: the result is empty, counted, and reported once in
/// <c>MLContext.Log</c>. The same latent gives the same text, wherever it stands in the data.</para>
/// <para>A saved transformer carries memory and decoder, not the encoder. A <c>PredictionEngine</c> disposes its
/// transformer unless it is created with <c>OwnsTransformer = false</c>.</para>
/// </remarks>
public sealed class LatentToTextTransformer : ColumnTransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeLatentToText";

    private readonly LatentToTextMap _map;
    private readonly Shared<LatentDecoder> _decoder;

    private LatentToTextTransformer(IHost host, LatentToTextMap map, Shared<LatentDecoder> decoder)
        : base(host, LoaderSignature, map) => (_map, _decoder) = (map, decoder);

    /// <summary>The column of texts.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of latents.</summary>
    public string InputColumnName => _map.InputColumnName;

    /// <summary>How texts are generated.</summary>
    public GenerationOptions Options => _map.Options;

    /// <summary>S, latents and texts in a row.</summary>
    public int SamplesPerRow => _map.SamplesPerRow;

    /// <summary>Rows with a NaN or infinite slot so far, counted each time they are mapped.</summary>
    public long MissingLatents => _map.Missing;

    /// <summary>The decoder half.</summary>
    public LatentDecoder Decoder => _decoder.Value;

    internal static FittedEstimator<LatentToTextTransformer> Estimator(
        IHostEnvironment environment,
        string outputColumnName,
        string? inputColumnName,
        Shared<LatentDecoder> decoder,
        GenerationOptions? options,
        int samplesPerRow
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerRow, 1);
        options ??= new GenerationOptions();
        options.Validate();
        var host = environment.Register(LoaderSignature);
        var map = new LatentToTextMap(
            host,
            decoder,
            outputColumnName,
            inputColumnName ?? outputColumnName,
            options,
            samplesPerRow
        );
        return new(
            host,
            map.Inputs,
            map.Outputs,
            () => Of(environment, map.OutputColumnName, map.InputColumnName, decoder.Share(), options, samplesPerRow)
        );
    }

    private static LatentToTextTransformer Of(
        IHostEnvironment environment,
        string outputColumnName,
        string inputColumnName,
        Shared<LatentDecoder> decoder,
        GenerationOptions options,
        int samplesPerRow
    )
    {
        var host = environment.Register(LoaderSignature);
        var map = new LatentToTextMap(host, decoder, outputColumnName, inputColumnName, options, samplesPerRow);
        return new LatentToTextTransformer(host, map, decoder);
    }

    /// <inheritdoc/>
    public override void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(
            stream,
            LoaderSignature,
            OutputColumnName,
            InputColumnName,
            JsonSerializer.Serialize(Options),
            SamplesPerRow.ToString(CultureInfo.InvariantCulture)
        );
        _decoder.Value.Save(stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="stream">Read to the end of the transformer; stays open.</param>
    /// <exception cref="InvalidDataException">It is something else, or incomplete.</exception>
    /// <exception cref="FileNotFoundException">A referenced checkpoint is missing.</exception>
    public static LatentToTextTransformer Load(IHostEnvironment environment, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(stream);
        var values = ComponentHeader.Read(stream, LoaderSignature);
        using var channel = environment.Start("Loading");
        return Of(
            environment,
            values[0]!,
            values[1]!,
            new Shared<LatentDecoder>(LatentDecoder.Load(stream, environment.TorchDevice(channel))),
            JsonSerializer.Deserialize<GenerationOptions>(values[2]!)!,
            int.Parse(values[3]!, CultureInfo.InvariantCulture)
        );
    }

    // ML.NET finds it by its signature.
    private static LatentToTextTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();
}
