using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Cuts rows of tokens into batches that are nearly free of padding and still large enough for full speed.</summary>
internal static class LengthBatches
{
    private const double MostPadding = 0.1;

    /// <summary>Indices of the rows, shortest first, batch by batch.</summary>
    /// <param name="rows">Rows of tokens.</param>
    /// <param name="most">The most rows in a batch.</param>
    /// <param name="device">Where they run: a batch with fewer tokens than fill the device is not cut for its padding.</param>
    public static IEnumerable<int[]> Cut(IReadOnlyList<int[]> rows, int most, Device device)
    {
        var enough = device.type == DeviceType.CPU ? 1024 : 8192;
        var batch = new List<int>();
        var tokens = 0;
        foreach (var i in Enumerable.Range(0, rows.Count).OrderBy(i => rows[i].Length))
        {
            var length = rows[i].Length;
            var isPadded = (batch.Count + 1) * length > (1 + MostPadding) * (tokens + length) && tokens >= enough;
            if (batch.Count == most || isPadded)
            {
                yield return [.. batch];
                batch.Clear();
                tokens = 0;
            }

            batch.Add(i);
            tokens += length;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }
}
