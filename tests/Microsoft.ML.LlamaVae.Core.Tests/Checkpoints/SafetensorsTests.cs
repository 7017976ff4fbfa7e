using System.Text;
using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    private static readonly ScalarType[] s_types =
    [
        ScalarType.Float64,
        ScalarType.Float32,
        ScalarType.Float16,
        ScalarType.BFloat16,
        ScalarType.Int64,
        ScalarType.Int32,
        ScalarType.Int16,
        ScalarType.Int8,
        ScalarType.Byte,
        ScalarType.Bool,
    ];

    public static TheoryData<ScalarType> Types => new(s_types);

    [Theory]
    [MemberData(nameof(Types))]
    public void File_GivesBackEveryBit_OfEachType(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var value = Random(dtype, 3, 5, 2);
        SafetensorsWriter.WriteFile(folder["x"], [("w", value)]);

        using var file = SafetensorsFile.Open(folder["x"]);
        var read = file.Read("w");

        Assert.Equal(dtype, file["w"].Dtype);
        Assert.Equal([3, 5, 2], read.shape);
        Assert.Equal(dtype, read.dtype);
        Assert.True(Numeric.AreEqual(value, read));
    }

    [Fact]
    public void File_GivesBack_ScalarsAndEmptyTensors()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(folder["x"], [("none", zeros(0, 4)), ("one", tensor(2.5f)), ("nil", zeros(3, 0))]);

        using var file = SafetensorsFile.Open(folder["x"]);

        Assert.Equal([0, 4], file.Read("none").shape);
        Assert.Equal([3, 0], file.Read("nil").shape);
        Assert.Empty(file.Read("one").shape);
        Assert.Equal(2.5f, file.Read("one").item<float>());
    }

    [Fact]
    public void File_GivesBack_ViewsAndTransposedTensorsAsTheyLook()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var view = arange(Number(0), Number(24), Number(1), float32).view(4, 6).t().narrow(0, 1, 3);
        SafetensorsWriter.WriteFile(folder["x"], [("w", view)]);

        using var file = SafetensorsFile.Open(folder["x"]);

        Assert.True(Numeric.AreEqual(view, file.Read("w")));
    }

    [Fact]
    public void Metadata_IsKept_WithAnyText()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var metadata = new Dictionary<string, string> { ["β"] = "\"quoted\"\n😀", ["a"] = "" };
        SafetensorsWriter.WriteFile(folder["x"], [("wäßer", zeros(1))], metadata);

        using var file = SafetensorsFile.Open(folder["x"]);

        Assert.Equal(metadata, file.Metadata);
        Assert.Equal("wäßer", Assert.Single(file.Entries).Name);
    }

    [Fact]
    public void Stream_GivesTheTensorsInOrder_ThoughItCannotSeekAndComesInPieces()
    {
        using var scope = NewDisposeScope();
        var written = s_types.Select((type, i) => ($"w{i}", Random(type, 4, 3))).ToArray();
        var reader = new SafetensorsReader(new ForwardOnlyStream([.. Bytes(written), 1, 2, 3]));

        var read = reader.ReadAll().ToArray();

        Assert.Equal(written.Select(w => w.Item1), read.Select(r => r.Name));
        Assert.All(written.Zip(read), pair => Assert.True(Numeric.AreEqual(pair.First.Item2, pair.Second.Value)));
    }

    [Fact]
    public void Stream_IsReadNoFurtherThanTheLastTensor()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream([.. Bytes([("w", zeros(3))]), 42]);

        _ = new SafetensorsReader(stream).ReadAll().ToArray();

        Assert.Equal(42, stream.ReadByte());
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void Stream_NamesTheTensor_WhenItEndsWithinOne()
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([("first", zeros(3)), ("second", zeros(5))]);
        var reader = new SafetensorsReader(new ForwardOnlyStream(bytes[..^6]), "the model");

        var error = Assert.Throws<InvalidDataException>(() => reader.ReadAll().ToArray());

        Assert.Equal("'the model' ends within the tensor 'second': 6 of its 20 bytes are missing.", error.Message);
    }

    [Fact]
    public void Stream_IsReadOnce()
    {
        using var scope = NewDisposeScope();
        var reader = new SafetensorsReader(new ForwardOnlyStream(Bytes([("w", zeros(3))])));
        _ = reader.ReadAll().ToArray();

        Assert.Throws<InvalidOperationException>(() => reader.ReadAll().ToArray());
    }

    [Fact]
    public void Bytes_AreTheSame_ForTheSameTensors()
    {
        using var scope = NewDisposeScope();
        var value = Random(ScalarType.Float32, 2, 2);

        var once = Bytes([("w", value)], new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        var again = Bytes([("w", value)], new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        Assert.Equal(once, again);
        Assert.Equal(0, BitConverter.ToInt64(once) % 8);
    }

    [Fact]
    public void Bytes_AreThoseOfTheFormat()
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([("w", tensor(new[] { 1f, -2f }))]);

        const string Header = """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  """;
        byte[] expected = [56, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header), 0, 0, 128, 63, 0, 0, 0, 192];
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("w", "w")]
    [InlineData("v", "__metadata__")]
    public void Write_RefusesNames_ThatTheFormatCannotTellApart(string first, string second)
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<ArgumentException>(() => Bytes([(first, zeros(1)), (second, zeros(1))]));

        Assert.Contains($"'{second}' comes twice or is reserved", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_RefusesAType_BeforeItWritesAnything()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();

        var error = Assert.Throws<ArgumentException>(() =>
            SafetensorsWriter.Write(stream, [("a", zeros(1)), ("b", zeros(1, dtype: complex64))])
        );

        Assert.StartsWith("The tensor 'b' is of type ComplexFloat32", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void WriteFile_LeavesTheOldFile_WhenItFails()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(folder["x"], [("w", ones(1))]);

        Assert.ThrowsAny<Exception>(() =>
            AtomicFile.Write(
                folder["x"],
                stream =>
                {
                    stream.WriteByte(1);
                    throw new IOException("disk full");
                }
            )
        );

        using var file = SafetensorsFile.Open(folder["x"]);
        Assert.Equal(1f, file.Read("w").item<float>());
        Assert.Equal(["x"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public void Read_LeavesNoTensorBehind_WhetherItSucceedsOrFails()
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([("a", zeros(100)), ("b", zeros(100))]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 100; i++)
        {
            var reader = new SafetensorsReader(new MemoryStream(bytes[..^1]));
            Assert.Throws<InvalidDataException>(() =>
            {
                foreach (var (_, value) in reader.ReadAll())
                {
                    value.Dispose();
                }
            });
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Read_IsRight_FromSeveralThreadsAtOnce()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var tensors = Enumerable.Range(0, 16).Select(i => ($"w{i}", full([1000], Number(i), dtype: float32))).ToArray();
        SafetensorsWriter.WriteFile(folder["x"], tensors);
        using var file = SafetensorsFile.Open(folder["x"]);

        var sums = new float[200];
        Parallel.For(
            0,
            sums.Length,
            i =>
            {
                using var inner = NewDisposeScope();
                sums[i] = file.Read($"w{i % 16}").mean().item<float>();
            }
        );

        Assert.Equal(Enumerable.Range(0, 200).Select(i => (float)(i % 16)), sums);
    }

    internal static byte[] Bytes(
        IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static Tensor Random(ScalarType dtype, params long[] shape)
    {
        using var generator = new Generator(5);
        return empty(shape, dtype: float32).normal_(0, 50, generator).to(dtype);
    }
}
