using System.Text;
using Microsoft.ML.LlamaVae.Checkpoints;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Embeddings;

/// <summary>How a <see cref="WordEmbeddings"/> goes along with a saved model: one safetensors stream, exact and quick to read.</summary>
/// <remarks>Tensors: <c>words</c> (UTF-8, a NUL between two) and <c>vectors</c> [N, C].</remarks>
internal static class WordEmbeddingsFormat
{
    private const string Format = "microsoft.ml.llamavae.words/1";
    private const string Source = "the saved word vectors";

    public static void Save(WordEmbeddings table, Stream stream)
    {
        using var scope = NewDisposeScope();
        var words = Encoding.UTF8.GetBytes(string.Join('\0', table.Words));
        SafetensorsWriter.Write(
            stream,
            [("words", tensor(words)), ("vectors", tensor(table.Values, [table.Words.Count, table.Size]))],
            new Dictionary<string, string> { ["format"] = Format }
        );
    }

    /// <exception cref="InvalidDataException">It is something else, or damaged.</exception>
    public static WordEmbeddings Load(Stream stream)
    {
        using var scope = NewDisposeScope();
        var reader = new SafetensorsReader(stream, Source);
        if (reader.Metadata.GetValueOrDefault("format") != Format)
        {
            throw new InvalidDataException($"{Source} are not of the format '{Format}'.");
        }

        var tensors = reader.ReadAll().ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        var words = Encoding.UTF8.GetString(tensors["words"].data<byte>().ToArray()).Split('\0');
        var vectors = tensors["vectors"].data<float>().ToArray();
        var table = new WordEmbeddingTable(Source);
        table.SetSize((int)tensors["vectors"].size(1), "header");
        for (var row = 0; row < words.Length; row++)
        {
            table.Add(words[row], vectors.AsSpan(row * table.Size, table.Size), row + 1, "entry");
        }

        return table.ToEmbeddings();
    }
}
