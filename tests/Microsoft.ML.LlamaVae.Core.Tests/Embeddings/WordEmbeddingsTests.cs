using System.IO.Compression;
using System.Text;
using Microsoft.ML.LlamaVae.Embeddings;

namespace Microsoft.ML.LlamaVae.Tests.Embeddings;

public sealed class WordEmbeddingsTests
{
    private const string Glove = "the 0.1 -2 3e-2\ncat 1 2 3\n";

    [Theory]
    [InlineData(Glove)]
    [InlineData("2 3\n" + Glove)] // word2vec's header
    [InlineData("2 3\nthe 0.1 -2 3e-2 \r\ncat\t1\t2\t3 \r\n")] // trailing spaces, tabs, CRLF
    public void Text_IsRead_InEachOfItsForms(string text)
    {
        foreach (var compressed in new[] { false, true })
        {
            var embeddings = Read(Encoding.UTF8.GetBytes(text), compressed);

            Assert.Equal(["the", "cat"], embeddings.Words);
            Assert.Equal(3, embeddings.Size);
            Assert.Equal([0.1f, -2f, 0.03f], Vector(embeddings, "the"));
            Assert.Equal([1f, 2f, 3f], Vector(embeddings, "cat"));
        }
    }

    [Fact]
    public void UnknownWord_HasNoVector()
    {
        var embeddings = Read(Encoding.UTF8.GetBytes(Glove));

        Assert.False(embeddings.TryGetVector("dog", out var vector));
        Assert.False(embeddings.TryGetVector("Cat", out _)); // case counts
        Assert.True(vector.IsEmpty);
    }

    [Fact]
    public void ATableInASavedModel_ComesBackExactly()
    {
        var embeddings = Read(Encoding.UTF8.GetBytes("naïve 0.1 -2 3e-7\nhot dog 1 2 3\n"));
        using var stream = new MemoryStream();
        WordEmbeddingsFormat.Save(embeddings, stream);
        stream.Position = 0;

        var loaded = WordEmbeddingsFormat.Load(stream);

        Assert.Equal(["naïve", "hot dog"], loaded.Words);
        Assert.Equal(Vector(embeddings, "naïve"), Vector(loaded, "naïve"));
        Assert.Equal([1f, 2f, 3f], Vector(loaded, "hot dog"));
    }

    [Fact]
    public void Nearest_OrdersByCosine_NotByLength()
    {
        var embeddings = Read("near 1 0.1 0\nfar -9 0 0\nlong 50 50 0\nnone 0 0 0\n"u8.ToArray());

        var nearest = embeddings.Nearest([2, 0, 0], count: 3);

        Assert.Equal(["near", "long"], nearest.Take(2).Select(entry => entry.Word));
        Assert.Equal(3, nearest.Count);
        Assert.Equal(Math.Sqrt(0.5), nearest[1].Cosine, 6);
    }

    [Theory]
    [InlineData(0f, 0f, 0f)]
    [InlineData(float.NaN, 0f, 1f)]
    public void Nearest_NeedsADirection(float x, float y, float z)
    {
        var embeddings = Read(Encoding.UTF8.GetBytes(Glove));

        var error = Assert.Throws<ArgumentException>(() => embeddings.Nearest([x, y, z]));

        Assert.Contains("3 finite values that aren't all zero", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_MayHoldWordsWithSpacesAndNumbersAsWords()
    {
        var embeddings = Read(Encoding.UTF8.GetBytes("a 1 2\n. . . 3 4\n1999 5 6\n東京 7 8\n"));

        Assert.Equal(["a", ". . .", "1999", "東京"], embeddings.Words);
        Assert.Equal([3f, 4f], Vector(embeddings, ". . ."));
        Assert.Equal([5f, 6f], Vector(embeddings, "1999"));
    }

    [Theory]
    [InlineData("", "line 1: the content is empty")]
    [InlineData("the\n", "line 1: vectors of 0 values")]
    [InlineData("the 1 2\ncat 1\n", "line 2: expected a word and 2 numbers, separated by spaces; it has 2 fields")]
    [InlineData("the 1 2\ncat 1 2 3\n", "line 2: expected a word and 2 numbers, separated by spaces; it has 4 fields")]
    [InlineData(
        "the 1 2\n\ncat 1 2\n",
        "line 2: expected a word and 2 numbers, separated by spaces; the line is empty"
    )]
    [InlineData("the 1 2\ncat 1 two\n", "'two' is not a number")]
    [InlineData("the 1 2\ncat 1 1,5\n", "'1,5' is not a number")]
    [InlineData("the 1 2\ncat 1 NaN\n", "line 2: value 2 of 'cat' is NaN")]
    [InlineData("the 1 2\ncat 1e99 1\n", "line 2: value 1 of 'cat'")]
    [InlineData("the 1 2\na 1 2\nthe 3 4\n", "line 3: the word 'the' is there already, in line 1")]
    [InlineData("3 2\nthe 1 2\ncat 1 2\n", "line 1: promises 3 words, but 2 follow")]
    [InlineData("1 2\nthe 1 2\ncat 1 2\n", "line 1: promises 1 words, but 2 follow")]
    [InlineData("2 3\nthe 1 2\n", "line 2: expected a word and 3 numbers")]
    [InlineData("2 2000000000\nthe 1 2\n", "line 1: vectors of 2000000000 values")]
    public void DamagedText_IsRefused_NamingTheLine(string text, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes(text)));

        Assert.StartsWith("'test'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Int8Table_IsScaleTimesInteger()
    {
        foreach (var compressed in new[] { false, true })
        {
            var embeddings = Read(Int8Table(("été", 0.5f, [2, -128]), ("b", 0.01f, [127, 0])), compressed);

            Assert.Equal(["été", "b"], embeddings.Words);
            Assert.Equal([1f, -64f], Vector(embeddings, "été"));
            Assert.Equal([1.27f, 0f], Vector(embeddings, "b"));
        }
    }

    [Fact]
    public void DamagedInt8Table_IsRefused_NamingTheEntry()
    {
        var table = Int8Table(("a", 1f, [1, 2]), ("b", 1f, [3, 4]));

        Refused(table[..^1], "entry 2: the content ends here");
        Refused(table[..6], "entry 1: the content ends here");
        Refused([.. table, 0], "entry 2: more bytes follow");
        Refused(Int8Table(("a", 1f, [1]), ("a", 1f, [2])), "entry 2: the word 'a' is there already, in entry 1");
        Refused(Int8Table(("a", float.NaN, [1])), "entry 1: value 1 of 'a' is NaN");
        Refused([.. "WV8\0"u8, 0, 0, 0, 0, 1, 0, 0, 0], "header: 0 words");
        Refused([.. "WV8\0"u8, 1, 0, 0, 0, 255, 255, 255, 255], "header: vectors of -1 values");
    }

    [Fact]
    public void DamagedGzip_IsRefused()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"w{i} {i * 7 % 997}\n"));
        var packed = Compress(Encoding.UTF8.GetBytes(text));
        var flipped = (byte[])packed.Clone();
        flipped.AsSpan(packed.Length / 2, 64).Fill(0xFF);

        Refused(packed[..^2000], "line ");
        Refused(flipped, "");
    }

    [Theory]
    [InlineData("4 1\na 1\nb 2\nc 3\nd 4\n")]
    [InlineData("a 1\nb 2\nc 3\nd 4\n")]
    public void MaxWords_StopsEarly(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        Assert.Equal(["a", "b"], WordEmbeddings.Read(stream, maxWords: 2).Words);
        Assert.Equal(
            "maxWords",
            Assert.Throws<ArgumentOutOfRangeException>(() => WordEmbeddings.Read(stream, maxWords: 0)).ParamName
        );
    }

    [Fact]
    public void Load_ReadsAFile_AndStopsWhenCancelled()
    {
        var path = Path.Combine(Path.GetTempPath(), $"vectors-{Guid.NewGuid():N}.txt");
        try
        {
            File.WriteAllText(path, Glove);

            Assert.Equal(2, WordEmbeddings.Load(path).Words.Count);
            Assert.Throws<OperationCanceledException>(() =>
                WordEmbeddings.Load(path, cancellationToken: new CancellationToken(canceled: true))
            );
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FileNotFoundException>(() => WordEmbeddings.Load(path));
    }

    private static void Refused(byte[] content, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(content));

        Assert.StartsWith("'test'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static WordEmbeddings Read(byte[] content, bool compressed = false)
    {
        using var stream = new MemoryStream(compressed ? Compress(content) : content);
        return WordEmbeddings.Read(stream, "test");
    }

    private static byte[] Compress(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static float[] Vector(WordEmbeddings embeddings, string word) =>
        embeddings.TryGetVector(word, out var vector) ? vector.ToArray() : throw new KeyNotFoundException(word);

    private static byte[] Int8Table(params (string Word, float Scale, sbyte[] Values)[] entries)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("WV8\0"u8);
        writer.Write(entries.Length);
        writer.Write(entries[0].Values.Length);
        foreach (var (word, scale, values) in entries)
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            writer.Write((byte)bytes.Length);
            writer.Write(bytes);
            writer.Write(scale);
            writer.Write([.. values.Select(value => (byte)value)]);
        }

        return stream.ToArray();
    }
}
