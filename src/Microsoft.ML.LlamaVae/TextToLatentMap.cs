using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of texts → means, and log-variances where asked for.</summary>
internal sealed class TextToLatentMap : IBatchMap
{
    private readonly Shared<LatentEncoder> _encoder;
    private readonly Lock _pass = new();
    private readonly RowWarning _truncated;
    private readonly RowWarning _blank;

    public TextToLatentMap(
        IHost host,
        Shared<LatentEncoder> encoder,
        string outputColumnName,
        string inputColumnName,
        string? logVarianceColumnName,
        Batching batching
    )
    {
        (_encoder, Batching) = (encoder, batching);
        (OutputColumnName, InputColumnName, LogVarianceColumnName) = (
            outputColumnName,
            inputColumnName,
            logVarianceColumnName
        );
        Inputs = [RequiredColumn.Text(inputColumnName)];
        Outputs = OutputColumns(outputColumnName, logVarianceColumnName, encoder.Value.LatentSize);
        _blank = new RowWarning(host, "Blank texts have no latent: their slots are NaN. Counted in BlankTexts.");
        _truncated = new RowWarning(
            host,
            $"Texts longer than {encoder.Value.MaxTokens} tokens are cut; raise MaxTokens to keep more. Counted in TruncatedTexts."
        );
    }

    public string OutputColumnName { get; }

    public string InputColumnName { get; }

    public string? LogVarianceColumnName { get; }

    public Batching Batching { get; }

    public int BatchSize => Batching.Size;

    public int LookAhead => Batching.Size * Batching.LookAhead;

    public IReadOnlyList<RequiredColumn> Inputs { get; }

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    public long Truncated => _truncated.Count;

    public long Blank => _blank.Count;

    public static IReadOnlyList<DataViewSchema.DetachedColumn> OutputColumns(
        string mean,
        string? logVariance,
        int size
    ) =>
        logVariance is null
            ? [LatentColumn.Of(mean, size, "Latent")]
            : [LatentColumn.Of(mean, size, "Latent"), LatentColumn.Of(logVariance, size, "LogVariance")];

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var texts = inputs[0].Values<ReadOnlyMemory<char>>().AsSpan(0, count);
        var rows = new List<int>(count);
        var tokens = new List<int[]>(count);
        var encoder = _encoder.Value;
        for (var i = 0; i < count; i++)
        {
            if (texts[i].Span.IsWhiteSpace())
            {
                _blank.Add();
                foreach (var output in outputs)
                {
                    VectorValues.SetMissing(ref output.Values<VBuffer<float>>()[i], encoder.LatentSize);
                }

                continue;
            }

            var text = encoder.Tokenize(texts[i].ToString());
            if (text.IsTruncated)
            {
                _truncated.Add();
            }

            rows.Add(i);
            tokens.Add(text.Ids);
        }

        if (rows.Count > 0)
        {
            Encode(encoder, [.. tokens], rows, outputs);
        }
    }

    private void Encode(LatentEncoder encoder, int[][] tokens, List<int> rows, IReadOnlyList<ColumnBuffer> outputs)
    {
        float[] mu;
        float[]? logVar;
        lock (_pass)
        {
            using var scope = NewDisposeScope();
            using var q = encoder.Encode(tokens, Batching.Size); // [B, D]
            mu = q.Mu.cpu().data<float>().ToArray();
            logVar = outputs.Count > 1 ? q.LogVar.cpu().data<float>().ToArray() : null;
        }

        var size = encoder.LatentSize;
        for (var k = 0; k < rows.Count; k++)
        {
            VectorValues.Set(ref outputs[0].Values<VBuffer<float>>()[rows[k]], mu.AsSpan(k * size, size));
            if (logVar is not null)
            {
                VectorValues.Set(ref outputs[1].Values<VBuffer<float>>()[rows[k]], logVar.AsSpan(k * size, size));
            }
        }
    }
}
