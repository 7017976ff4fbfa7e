using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of texts → means, and log-variances where asked for.</summary>
internal sealed class TextToLatentMap : IBatchMap
{
    private readonly IHost _host;
    private readonly Shared<LatentEncoder> _encoder;
    private readonly Lock _pass = new();
    private long _truncated;
    private long _blank;

    public TextToLatentMap(
        IHost host,
        Shared<LatentEncoder> encoder,
        string outputColumnName,
        string inputColumnName,
        string? logVarianceColumnName,
        int batchSize
    )
    {
        (_host, _encoder, BatchSize) = (host, encoder, batchSize);
        (OutputColumnName, InputColumnName, LogVarianceColumnName) = (
            outputColumnName,
            inputColumnName,
            logVarianceColumnName
        );
        Inputs = [RequiredColumn.Text(inputColumnName)];
        Outputs = OutputColumns(outputColumnName, logVarianceColumnName, encoder.Value.LatentSize);
    }

    public string OutputColumnName { get; }

    public string InputColumnName { get; }

    public string? LogVarianceColumnName { get; }

    public int BatchSize { get; }

    public IReadOnlyList<RequiredColumn> Inputs { get; }

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    public long Truncated => Interlocked.Read(ref _truncated);

    public long Blank => Interlocked.Read(ref _blank);

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
                Report(ref _blank, "Blank texts have no latent: their slots are NaN. Counted in BlankTexts.");
                Fill(outputs, i, float.NaN);
                continue;
            }

            var text = encoder.Tokenize(texts[i].ToString());
            if (text.IsTruncated)
            {
                Report(
                    ref _truncated,
                    $"Texts longer than {encoder.MaxTokens} tokens are cut; raise MaxTokens to keep more. Counted in TruncatedTexts."
                );
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
            using var q = encoder.Encode(tokens); // [B, D]
            mu = q.Mu.cpu().data<float>().ToArray();
            logVar = outputs.Count > 1 ? q.LogVar.cpu().data<float>().ToArray() : null;
        }

        var size = encoder.LatentSize;
        for (var k = 0; k < rows.Count; k++)
        {
            Copy(mu.AsSpan(k * size, size), ref outputs[0].Values<VBuffer<float>>()[rows[k]]);
            if (logVar is not null)
            {
                Copy(logVar.AsSpan(k * size, size), ref outputs[1].Values<VBuffer<float>>()[rows[k]]);
            }
        }
    }

    private void Fill(IReadOnlyList<ColumnBuffer> outputs, int row, float value)
    {
        foreach (var output in outputs)
        {
            ref var vector = ref output.Values<VBuffer<float>>()[row];
            var editor = VBufferEditor.Create(ref vector, _encoder.Value.LatentSize);
            editor.Values.Fill(value);
            vector = editor.Commit();
        }
    }

    private static void Copy(ReadOnlySpan<float> values, ref VBuffer<float> vector)
    {
        var editor = VBufferEditor.Create(ref vector, values.Length);
        values.CopyTo(editor.Values);
        vector = editor.Commit();
    }

    private void Report(ref long counter, string message)
    {
        if (Interlocked.Increment(ref counter) == 1)
        {
            using var channel = _host.Start("Mapping");
            channel.Warning(MessageSensitivity.None, message);
        }
    }
}
