using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of words → their vectors in a table.</summary>
internal sealed class WordVectorMap(
    IHost host,
    WordEmbeddings embeddings,
    string outputColumnName,
    string inputColumnName,
    string? missingColumnName
) : IBatchMap
{
    private readonly RowWarning _unknown = new(
        host,
        "Words that are not in the table have no vector: its slots are NaN. Counted in UnknownWords."
    );

    public string OutputColumnName => outputColumnName;

    public string InputColumnName => inputColumnName;

    public string? MissingColumnName => missingColumnName;

    public WordEmbeddings Embeddings => embeddings;

    public long Unknown => _unknown.Count;

    public int BatchSize => 256;

    public IReadOnlyList<RequiredColumn> Inputs { get; } = [RequiredColumn.Text(inputColumnName)];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
        missingColumnName is null
            ? [LatentColumn.Of(outputColumnName, embeddings.Size, "Embedding")]
            :
            [
                LatentColumn.Of(outputColumnName, embeddings.Size, "Embedding"),
                new DataViewSchema.DetachedColumn(missingColumnName, BooleanDataViewType.Instance),
            ];

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var words = inputs[0].Values<ReadOnlyMemory<char>>();
        var vectors = outputs[0].Values<VBuffer<float>>();
        for (var i = 0; i < count; i++)
        {
            var isKnown = embeddings.TryGetVector(words[i].ToString(), out var vector);
            if (isKnown)
            {
                VectorValues.Set(ref vectors[i], vector.Span);
            }
            else
            {
                _unknown.Add();
                VectorValues.SetMissing(ref vectors[i], embeddings.Size);
            }

            if (outputs.Count > 1)
            {
                outputs[1].Values<bool>()[i] = !isKnown;
            }
        }
    }
}
