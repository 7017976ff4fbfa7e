using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Evaluate;

/// <summary>What the options of the command line say about the file.</summary>
internal sealed record Settings
{
    /// <summary>The text's column in the header; null where each line is a text.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The label's column in the header.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Columns of generative factors, for disentanglement.</summary>
    public IReadOnlyList<string> FactorColumns { get; init; } = [];

    /// <summary>The columns of a pair file; null to tell the form by the first line.</summary>
    public TextPairColumns? PairColumns { get; init; }

    /// <summary>Word vectors for the baselines and for the distance of texts; null for none.</summary>
    public WordVectors? Vectors { get; init; }

    public int Seed { get; init; }

    /// <summary>Reads word vectors of any form that <see cref="WordEmbeddings"/> reads.</summary>
    public static WordVectors? ReadVectors(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        var table = WordEmbeddings.Load(file.FullName);
        return new WordVectors(
            table.Words.ToDictionary(
                word => word,
                word => table.TryGetVector(word, out var vector) ? vector.ToArray() : [],
                StringComparer.Ordinal
            )
        );
    }
}
