using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of latents → texts.</summary>
internal sealed class LatentToTextMap(
    IHost host,
    Shared<LatentDecoder> decoder,
    string outputColumnName,
    string inputColumnName,
    GenerationOptions options
) : IBatchMap
{
    private readonly Lock _pass = new();
    private long _missing;

    public string OutputColumnName => outputColumnName;

    public string InputColumnName => inputColumnName;

    public GenerationOptions Options => options;

    public int BatchSize => 64;

    public long Missing => Interlocked.Read(ref _missing);

    public IReadOnlyList<RequiredColumn> Inputs { get; } =
    [RequiredColumn.Latent(inputColumnName, decoder.Value.LatentSize)];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
    [new DataViewSchema.DetachedColumn(outputColumnName, TextDataViewType.Instance)];

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var latents = inputs[0].Values<VBuffer<float>>();
        var texts = outputs[0].Values<ReadOnlyMemory<char>>();
        var half = decoder.Value;
        var size = half.LatentSize;
        var values = new float[count * size];
        var rows = new List<int>(count);
        for (var i = 0; i < count; i++)
        {
            var row = values.AsSpan(rows.Count * size, size);
            latents[i].CopyTo(row);
            if (IsFinite(row))
            {
                rows.Add(i);
                continue;
            }

            texts[i] = ReadOnlyMemory<char>.Empty;
            if (Interlocked.Increment(ref _missing) == 1)
            {
                using var channel = host.Start("Mapping");
                channel.Warning(
                    MessageSensitivity.None,
                    "Latents with a NaN or infinite slot have no text: the result is empty. Counted in MissingLatents."
                );
            }
        }

        if (rows.Count == 0)
        {
            return;
        }

        lock (_pass)
        {
            using var scope = NewDisposeScope();
            var z = tensor(values.AsMemory(0, rows.Count * size).ToArray(), [rows.Count, size], device: half.Device); // [B, D]
            var said = half.Decode(z, options);
            for (var k = 0; k < rows.Count; k++)
            {
                texts[rows[k]] = said[k].AsMemory();
            }
        }
    }

    private static bool IsFinite(ReadOnlySpan<float> row)
    {
        foreach (var value in row)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
