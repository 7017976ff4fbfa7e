using BenchmarkDotNet.Attributes;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>What a row of 32 numbers costs in ML.NET: read from memory, and read through a transform of ours that computes nothing.</summary>
public class Cursors
{
    private const int Rows = 4096;
    private IDataView _source = null!;
    private IDataView _transformed = null!;

    private sealed class Numbers
    {
        [VectorType(32)]
        public float[] Values { get; set; } = [];
    }

    [GlobalSetup]
    public void Setup()
    {
        var ml = new MLContext(seed: 1);
        _source = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, Rows).Select(_ => new Numbers { Values = new float[32] }).ToArray()
        );
        var host = ((IHostEnvironment)ml).Register(nameof(Cursors));
        _transformed = new BatchTransform(host, new CopyMap()).Transform(_source);
    }

    [Benchmark(Description = "a row of ML.NET: the source", Baseline = true, OperationsPerInvoke = Rows)]
    public float Source() => Read(_source, "Values");

    [Benchmark(Description = "a row of ML.NET: through a batch", OperationsPerInvoke = Rows)]
    public float Transformed() => Read(_transformed, "Copied");

    private static float Read(IDataView data, string name)
    {
        var column = data.Schema[name];
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        var (value, sum) = (default(VBuffer<float>), 0f);
        while (cursor.MoveNext())
        {
            getter(ref value);
            sum += value.GetValues()[0];
        }

        return sum;
    }

    private sealed class CopyMap : IBatchMap
    {
        public IReadOnlyList<RequiredColumn> Inputs { get; } = [RequiredColumn.Vector("Values", 32)];

        public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
        [new("Copied", new VectorDataViewType(NumberDataViewType.Single, 32))];

        public int BatchSize => 256;

        public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
        {
            var (from, to) = (inputs[0].Values<VBuffer<float>>(), outputs[0].Values<VBuffer<float>>());
            for (var row = 0; row < count; row++)
            {
                from[row].CopyTo(ref to[row]);
            }
        }
    }
}
