using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Word → its vector in a table of word embeddings.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Input</term><description>Text: one word, spelt as in the table.</description></item>
/// <item><term>Output</term><description>Vector of Single, of the table's size, with slot names.</description></item>
/// <item><term>Missing (optional)</term><description>Boolean: whether the word is unknown.</description></item>
/// </list>
/// <para>An unknown word has no vector: all slots are NaN, ML.NET's sign for missing, never zero. It is counted, and reported once
/// in <c>MLContext.Log</c>.</para>
/// <para>A saved transformer carries the table.</para>
/// </remarks>
public sealed class WordVectorTransformer : ColumnTransformer
{
    internal const string LoaderSignature = "LlamaVaeWordVector";

    private readonly WordVectorMap _map;

    private WordVectorTransformer(IHost host, WordVectorMap map)
        : base(host, LoaderSignature, map) => _map = map;

    internal static FittedEstimator<WordVectorTransformer> Estimator(
        IHostEnvironment environment,
        string outputColumnName,
        string? inputColumnName,
        string? missingColumnName,
        WordEmbeddings embeddings
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(embeddings);
        var map = Map(environment);
        return new(
            environment.Register(LoaderSignature),
            map.Inputs,
            map.Outputs,
            () => new WordVectorTransformer(environment.Register(LoaderSignature), Map(environment))
        );

        WordVectorMap Map(IHostEnvironment host) =>
            new(
                host.Register(LoaderSignature),
                embeddings,
                outputColumnName,
                inputColumnName ?? outputColumnName,
                missingColumnName
            );
    }

    /// <summary>The column of vectors.</summary>
    public string OutputColumnName => _map.OutputColumnName;

    /// <summary>The column of words.</summary>
    public string InputColumnName => _map.InputColumnName;

    /// <summary>The column that tells unknown words; null for none.</summary>
    public string? MissingColumnName => _map.MissingColumnName;

    /// <summary>The table.</summary>
    public WordEmbeddings Embeddings => _map.Embeddings;

    /// <summary>Unknown words so far, counted each time they are mapped.</summary>
    public long UnknownWords => _map.Unknown;

    /// <inheritdoc/>
    public override void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ComponentHeader.Write(stream, LoaderSignature, OutputColumnName, InputColumnName, MissingColumnName);
        WordEmbeddingsFormat.Save(Embeddings, stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="stream">Read to the end of the transformer; stays open.</param>
    /// <exception cref="InvalidDataException">It is something else, or incomplete.</exception>
    public static WordVectorTransformer Load(IHostEnvironment environment, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(stream);
        var values = ComponentHeader.Read(stream, LoaderSignature);
        var host = environment.Register(LoaderSignature);
        var table = WordEmbeddingsFormat.Load(stream);
        return new WordVectorTransformer(host, new WordVectorMap(host, table, values[0]!, values[1]!, values[2]));
    }

    // ML.NET finds it by its signature.
    private static WordVectorTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelEntry.Load(ctx, LoaderSignature, stream => Load(env, stream));
}
