using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Embeddings;

/// <summary>Collects the rows of a <see cref="WordEmbeddings"/>; refuses a word that comes twice and values that aren't finite.</summary>
internal sealed class WordEmbeddingTable(string source)
{
    private const int LargestSize = 1 << 16;
    private readonly List<string> _words = [];
    private readonly List<long> _places = [];
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly List<float> _values = [];

    public int Count => _words.Count;

    /// <summary>C.</summary>
    public int Size { get; private set; }

    /// <summary>Says what C is, before the first row.</summary>
    /// <param name="size">C.</param>
    /// <param name="place">Where the content says so.</param>
    public void SetSize(int size, string place) =>
        Size = size is >= 1 and <= LargestSize
            ? size
            : throw Error($"{place}: vectors of {size} values; expected 1 to {LargestSize}.");

    /// <summary>Adds a row.</summary>
    /// <param name="word">The word.</param>
    /// <param name="vector">Its values.</param>
    /// <param name="place">The number of its line or entry.</param>
    /// <param name="unit">"line" or "entry".</param>
    public void Add(string word, ReadOnlySpan<float> vector, long place, string unit)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            if (!float.IsFinite(vector[i]))
            {
                throw Error($"{unit} {place}: value {i + 1} of '{word}' is {vector[i]}; expected a finite number.");
            }
        }

        if (!_rows.TryAdd(word, _words.Count))
        {
            throw Error($"{unit} {place}: the word '{word}' is there already, in {unit} {_places[_rows[word]]}.");
        }

        _words.Add(word);
        _places.Add(place);
        var end = _values.Count;
        CollectionsMarshal.SetCount(_values, end + vector.Length);
        vector.CopyTo(CollectionsMarshal.AsSpan(_values)[end..]);
    }

    /// <summary>An error about the content.</summary>
    public InvalidDataException Error(string message) => new($"'{source}', {message}");

    public WordEmbeddings ToEmbeddings() => new(_words.AsReadOnly(), _rows, [.. _values], Size);
}
