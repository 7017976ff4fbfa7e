using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>A batch of latents → texts, one or several for each row.</summary>
/// <remarks>Letters: S latents in a row, D latent size.</remarks>
internal sealed class LatentToTextMap(
    IHost host,
    Shared<LatentDecoder> decoder,
    string outputColumnName,
    string inputColumnName,
    GenerationOptions options,
    int samplesPerRow
) : IStreamMap
{
    private readonly Lock _pass = new();
    private readonly RowWarning _missing = new(
        host,
        "Latents with a NaN or infinite slot have no text: the result is empty. Counted in MissingLatents."
    );

    public string OutputColumnName => outputColumnName;

    public string InputColumnName => inputColumnName;

    public GenerationOptions Options => options;

    public int SamplesPerRow => samplesPerRow;

    public int BatchSize => 64;

    // Short texts wait for a long one before them, and more of them are begun meanwhile.
    public int ReadAhead => Math.Max(1, 1024 / samplesPerRow);

    public long Missing => _missing.Count;

    public IReadOnlyList<RequiredColumn> Inputs { get; } =
    [RequiredColumn.Latent(inputColumnName, decoder.Value.LatentSize, samplesPerRow)];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
        OutputColumns(outputColumnName, samplesPerRow);

    public static IReadOnlyList<DataViewSchema.DetachedColumn> OutputColumns(string name, int samplesPerRow) =>
        [
            new DataViewSchema.DetachedColumn(
                name,
                samplesPerRow == 1
                    ? TextDataViewType.Instance
                    : new VectorDataViewType(TextDataViewType.Instance, samplesPerRow)
            ),
        ];

    public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
    {
        var rows = VectorRows.Gather(Inputs, inputs, count);
        foreach (var slot in rows.Missing)
        {
            _missing.Add();
            Set(outputs[0], slot, new ReadOnlyMemory<char>[samplesPerRow]);
        }

        if (rows.Slots.Count == 0)
        {
            return;
        }

        IReadOnlyList<string> said;
        lock (_pass)
        {
            using var scope = NewDisposeScope();
            var half = decoder.Value;
            var z = tensor(rows.Matrices[0]).view(-1, half.LatentSize).SendTo(half.Device); // [rows·S, D]
            said = half.Decode(z, options);
        }

        for (var k = 0; k < rows.Slots.Count; k++)
        {
            var texts = said.Skip(k * samplesPerRow).Take(samplesPerRow).Select(text => text.AsMemory());
            Set(outputs[0], rows.Slots[k], [.. texts]);
        }
    }

    public IEnumerable<int> Stream(
        IEnumerable<int> slots,
        IReadOnlyList<ColumnBuffer> inputs,
        IReadOnlyList<ColumnBuffer> outputs
    )
    {
        var taken = new Queue<int>();
        var texts = decoder.Value.DecodeStream(Latents(), options, ReadAhead * samplesPerRow);
        foreach (var row in texts.Chunk(samplesPerRow))
        {
            Set(outputs[0], taken.Peek(), [.. row.Select(text => text.AsMemory())]);
            yield return taken.Dequeue();
        }

        IEnumerable<float[]?> Latents()
        {
            var row = new float[samplesPerRow * decoder.Value.LatentSize];
            foreach (var slot in slots)
            {
                taken.Enqueue(slot);
                Array.Clear(row);
                VectorValues.Read(inputs[0], slot, row);
                var isThere = VectorValues.IsFinite(row);
                if (!isThere)
                {
                    _missing.Add();
                }

                foreach (var latent in row.Chunk(decoder.Value.LatentSize))
                {
                    yield return isThere ? latent : null;
                }
            }
        }
    }

    private static void Set(ColumnBuffer output, int slot, ReadOnlyMemory<char>[] texts)
    {
        if (output is ColumnBuffer<ReadOnlyMemory<char>> single)
        {
            single.Items[slot] = texts[0];
        }
        else
        {
            output.Values<VBuffer<ReadOnlyMemory<char>>>()[slot] = new VBuffer<ReadOnlyMemory<char>>(
                texts.Length,
                texts
            );
        }
    }
}
