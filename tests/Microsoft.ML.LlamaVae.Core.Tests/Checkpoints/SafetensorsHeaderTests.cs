using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Checkpoints;

/// <summary>Whatever stands in a file, opening and reading it works or says what is wrong; nothing else happens.</summary>
public sealed partial class SafetensorsHeaderTests
{
    private const string Good =
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"U8","shape":[8],"data_offsets":[24,32]}}""";

    [Theory]
    [InlineData("""[]""", 0, "not the expected JSON")]
    [InlineData("""{"a":""", 0, "not the expected JSON")]
    [InlineData("""{"a":{}}""", 0, "not the expected JSON")]
    [InlineData("""{"a":7}""", 0, "not the expected JSON")]
    [InlineData("""{"__metadata__":{"a":7}}""", 0, "not the expected JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[]}}""", 4, "has 0 data_offsets instead of 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "has 3 data_offsets instead of 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "not the expected JSON")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "'a' is of the unknown type 'F33'")]
    [InlineData("""{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' is of the unknown type ''")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""",
        4,
        "'a' of type F32 and shape [2] cannot lie"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""",
        8,
        "'a' of type F32 and shape [1] cannot lie"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", 4, "cannot lie at bytes 4 to 0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1,5],"data_offsets":[0,-5]}}""", 0, "shape [-1, 5] cannot lie")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-2,-2],"data_offsets":[0,4]}}""", 4, "shape [-2, -2] cannot lie")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[-4,0]}}""", 4, "cannot lie at bytes -4 to 0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "cannot lie")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "cannot lie")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0, "cannot lie")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""",
        5,
        "'a' begins at byte 1, but the one before it ends at 0"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""",
        6,
        "'b' begins at byte 2, but the one before it ends at 4"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""",
        8,
        "'a' comes twice"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 3, "should have 4 bytes; it has 3")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 5, "should have 4 bytes; it has 5")]
    public void Open_SaysWhatIsWrong(string header, int dataBytes, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["bad.safetensors"], Bytes(header, dataBytes));

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder["bad.safetensors"]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{folder["bad.safetensors"]}' is not a usable", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "shorter than the 8 bytes")]
    [InlineData(7, "shorter than the 8 bytes")]
    [InlineData(20, "ends within the header")]
    public void Reader_SaysSo_WhenTheStreamEndsBeforeTheFirstTensor(int length, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            new SafetensorsReader(new ForwardOnlyStream(Bytes(Good, 32)[..length]))
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(200_000_000)]
    public void Reader_RefusesAbsurdHeaderLengths(long length)
    {
        var bytes = Bytes(Good, 32);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);

        var error = Assert.Throws<InvalidDataException>(() => new SafetensorsReader(new MemoryStream(bytes)));

        Assert.Contains($"its header claims {length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_SaysSo_WhenTheHeaderClaimsMoreThanMemoryHolds()
    {
        const long Elements = 1L << 60;
        var header = $$$"""{"a":{"dtype":"F32","shape":[{{{Elements}}}],"data_offsets":[0,{{{Elements * 4}}}]}}""";
        var reader = new SafetensorsReader(new MemoryStream(Bytes(header, 4)), "the model");

        var error = Assert.Throws<InvalidDataException>(() => reader.ReadAll().First());

        Assert.StartsWith("'the model': the tensor 'a' of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_KnowsThePointerOfGitLfs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x"], "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n");

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder["x"]));

        Assert.Contains("git lfs pull", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TakesAnyOrderAndPaddingOfTheHeader()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        const string Header =
            """  { "b":{"data_offsets":[4,5],"dtype":"U8","shape":[]}, "a":{"shape":[2,2],"dtype":"U8","data_offsets":[0,4]} }   """;
        File.WriteAllBytes(folder["x"], Bytes(Header, 5));

        using var file = SafetensorsFile.Open(folder["x"]);

        Assert.Equal(["a", "b"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([2, 2], file.Read("a").shape);
        Assert.Equal(5, file.Read("b").item<byte>());
    }

    [Property(MaxTest = 250)]
    public bool Header_WithChangedBytes_IsReadOrRefused((int Place, byte Value)[] changes)
    {
        var bytes = Bytes(Good, 32);
        foreach (var (place, value) in changes ?? [])
        {
            bytes[(int)((uint)place % bytes.Length)] = value;
        }

        return IsReadOrRefused(bytes);
    }

    [Fact]
    public void Header_WithAnyOneValueExchanged_IsReadOrRefused()
    {
        // What a header may hold where something else should stand; numbers at the edges tell more than random ones.
        string[] values =
        [
            "0",
            "-1",
            "7",
            "24",
            "9223372036854775807",
            "-9223372036854775808",
            "4294967296",
            "4611686018427387904",
            "1e3",
            "1.5",
            "1e400",
            "true",
            "null",
            "[]",
            "[[]]",
            "{}",
            "\"x\"",
            "\"\\ud800\"",
            "\"I64\"",
            "",
        ];
        var parts = ValuePattern().Split(Good);
        for (var place = 0; place < parts.Length; place++)
        {
            foreach (var value in values)
            {
                string[] changed = [.. parts];
                changed[place] = value;
                Assert.True(IsReadOrRefused(Bytes(string.Concat(changed), 32)));
            }
        }
    }

    // Numbers, texts and whole lists of numbers.
    [GeneratedRegex(
        """(?<value>\[[0-9,]*\]|"[^"]*"|(?<=[\[,])[0-9]+)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ValuePattern();

    private static bool IsReadOrRefused(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["x"], bytes);
        return Refused(() =>
            {
                using var scope = NewDisposeScope();
                using var file = SafetensorsFile.Open(folder["x"]);
                foreach (var entry in file.Entries)
                {
                    _ = file.Read(entry.Name);
                }
            })
            & Refused(() =>
            {
                using var scope = NewDisposeScope();
                _ = new SafetensorsReader(new MemoryStream(bytes)).ReadAll().ToArray();
            });
    }

    // Any other exception fails the property.
    private static bool Refused(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException e)
        {
            return e.Message.Length > 0;
        }

        return true;
    }

    private static byte[] Bytes(string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. Enumerable.Range(1, dataBytes).Select(i => (byte)i)];
    }
}
