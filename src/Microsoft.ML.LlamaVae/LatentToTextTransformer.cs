using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Latent vector → text, from latent memory and decoder.</summary>
/// <remarks>
/// <para>A latent with a NaN or infinite slot has no text: the result is empty, counted, and reported once in
/// <c>MLContext.Log</c>. The same latent gives the same text, wherever it stands in the data.</para>
/// <para>A saved transformer carries memory and decoder, not the encoder. A <c>PredictionEngine</c> disposes its
/// transformer unless it is created with <c>OwnsTransformer = false</c>.</para>
/// </remarks>
public sealed class LatentToTextTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "LlamaVaeLatentToText";

    private readonly BatchTransform _transform;
    private readonly LatentToTextMap _map;
    private readonly Shared<LatentDecoder> _decoder;

    internal LatentToTextTransformer(
        IHostEnvironment environment,
        string outputColumnName,
        string inputColumnName,
        Shared<LatentDecoder> decoder,
        GenerationOptions options
    )
    {
        var host = environment.Register(LoaderSignature);
        _decoder = decoder;
        _map = new LatentToTextMap(host, decoder, outputColumnName, inputColumnName, options);
        _transform = new BatchTransform(host, _map);
    }

    /// <summary>The column of texts.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of latents.</summary>
    public string InputColumnName => _map.InputColumnName;

    /// <summary>How texts are generated.</summary>
    public GenerationOptions Options => _map.Options;

    /// <summary>Latents with a NaN or infinite slot so far, counted each time they are mapped.</summary>
    public long MissingLatents => _map.Missing;

    /// <summary>The decoder half.</summary>
    public LatentDecoder Decoder => _decoder.Value;

    /// <summary>Writes columns, options and weights; the same bytes stand in a model saved by <c>mlContext.Model.Save</c>.</summary>
    /// <param name="stream">Needs not be seekable; stays open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(
            stream,
            LoaderSignature,
            OutputColumnName,
            InputColumnName,
            JsonSerializer.Serialize(Options)
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
        return new LatentToTextTransformer(
            environment,
            values[0]!,
            values[1]!,
            new Shared<LatentDecoder>(LatentDecoder.Load(stream, environment.TorchDevice(channel))),
            JsonSerializer.Deserialize<GenerationOptions>(values[2]!)!
        );
    }

    // ML.NET finds it by its signature.
    private static LatentToTextTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
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
    public void Dispose() => _decoder.Dispose();
}
