using System.IO.Compression;
using System.Numerics.Tensors;

namespace Microsoft.ML.LlamaVae.Embeddings;

/// <summary>A table of word vectors, all of one size. Words are compared exactly, case included.</summary>
/// <remarks>
/// Reads GloVe and word2vec text files (the latter's first line says how many words and dimensions there are) and the int8
/// table "WV8"; each may be compressed with gzip. The format is told by the content, not by the name.
/// An unknown word has no vector: <see cref="TryGetVector"/> says so, and there is no vector of zeros that stands for it.
/// </remarks>
public sealed class WordEmbeddings
{
    private static readonly byte[] s_gzip = [0x1F, 0x8B];
    private readonly Dictionary<string, int> _rows;
    private readonly float[] _values; // [N, C], row by row

    internal WordEmbeddings(IReadOnlyList<string> words, Dictionary<string, int> rows, float[] values, int size)
    {
        Words = words;
        _rows = rows;
        _values = values;
        Size = size;
    }

    /// <summary>C, the size of a vector.</summary>
    public int Size { get; }

    /// <summary>The words in the order of the file; in most files from the most to the least frequent.</summary>
    public IReadOnlyList<string> Words { get; }

    internal float[] Values => _values;

    /// <summary>The words whose vectors have the highest cosine to a vector, the best first.</summary>
    /// <param name="vector"><see cref="Size"/> values, not all zero.</param>
    /// <param name="count">The most words.</param>
    /// <exception cref="ArgumentException">The vector has another size, is zero, or isn't finite.</exception>
    public IReadOnlyList<(string Word, double Cosine)> Nearest(ReadOnlySpan<float> vector, int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var norm = vector.Length == Size ? TensorPrimitives.Norm(vector) : double.NaN;
        if (!(norm > 0 && double.IsFinite(norm)))
        {
            throw new ArgumentException(
                $"A vector of {Size} finite values that aren't all zero is needed; got {vector.Length} values of norm {TensorPrimitives.Norm(vector)}.",
                nameof(vector)
            );
        }

        var cosines = new double[Words.Count];
        for (var row = 0; row < cosines.Length; row++)
        {
            var cosine = TensorPrimitives.CosineSimilarity(vector, _values.AsSpan(row * Size, Size));
            cosines[row] = float.IsNaN(cosine) ? -1 : cosine; // a row of zeros has no direction
        }

        return
        [
            .. Enumerable
                .Range(0, cosines.Length)
                .OrderByDescending(row => cosines[row])
                .Take(count)
                .Select(row => (Words[row], cosines[row])),
        ];
    }

    /// <summary>The vector of a word.</summary>
    /// <param name="word">The word as the file spells it.</param>
    /// <param name="vector">Its <see cref="Size"/> values, a view of the table; empty where the word is unknown.</param>
    /// <returns>Whether the word is in the table.</returns>
    public bool TryGetVector(string word, out ReadOnlyMemory<float> vector)
    {
        ArgumentNullException.ThrowIfNull(word);
        var known = _rows.TryGetValue(word, out var row);
        vector = known ? _values.AsMemory(row * Size, Size) : ReadOnlyMemory<float>.Empty;
        return known;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A GloVe or word2vec text file or an int8 table, perhaps compressed with gzip.</param>
    /// <param name="maxWords">Stops after this many words; null for all.</param>
    /// <param name="cancellationToken">Stops between two words.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The content is damaged; says where and how.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static WordEmbeddings Load(string path, int? maxWords = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return Read(stream, path, maxWords, cancellationToken);
    }

    /// <summary>Reads a stream, which stays open.</summary>
    /// <param name="stream">At its present position begins what <see cref="Load"/> reads.</param>
    /// <param name="source">What errors call the content.</param>
    /// <param name="maxWords">Stops after this many words; null for all.</param>
    /// <param name="cancellationToken">Stops between two words.</param>
    /// <exception cref="InvalidDataException">The content is damaged; says where and how.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static WordEmbeddings Read(
        Stream stream,
        string source = "word embeddings",
        int? maxWords = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        var limit = maxWords ?? int.MaxValue;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(maxWords));
        var content = new PeekableStream(stream, source);
        if (!content.StartsWith(s_gzip))
        {
            return ReadTable(content, limit, source, cancellationToken);
        }

        using var gzip = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true);
        return ReadTable(new PeekableStream(gzip, source), limit, source, cancellationToken);
    }

    private static WordEmbeddings ReadTable(
        PeekableStream content,
        int limit,
        string source,
        CancellationToken cancellationToken
    )
    {
        var table = new WordEmbeddingTable(source);
        if (content.StartsWith(Int8EmbeddingReader.Magic))
        {
            Int8EmbeddingReader.Read(content, table, limit, cancellationToken);
        }
        else
        {
            TextEmbeddingReader.Read(content, table, limit, cancellationToken);
        }

        return table.ToEmbeddings();
    }
}
