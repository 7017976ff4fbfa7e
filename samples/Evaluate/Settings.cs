using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Evaluate;

/// <summary>What the options of the command line say.</summary>
internal sealed record Settings
{
    /// <summary>The pipeline that is evaluated.</summary>
    public required FileInfo Model { get; init; }

    /// <summary>The text's column in the header; null where each line is a text.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The label's column in the header.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Columns of generative factors, for disentanglement.</summary>
    public IReadOnlyList<string> FactorColumns { get; init; } = [];

    /// <summary>The columns of a pair file; null to tell the form by the first line.</summary>
    public TextPairColumns? PairColumns { get; init; }

    /// <summary>The value of SICK's column SemEval_set whose pairs are scored; null for all.</summary>
    public string? Split { get; init; }

    /// <summary>Word vectors for the baselines and for the distance of texts; null for none.</summary>
    public WordVectors? Vectors { get; init; }

    /// <summary>A pipeline whose encoder measures definitions; null for the one of the model, if it has one.</summary>
    public FileInfo? Encoder { get; init; }

    /// <summary>A language model without a latent: where it is, or where it goes once it is trained.</summary>
    public FileInfo? LanguageModel { get; init; }

    /// <summary>Texts that a language model is trained on first.</summary>
    public FileInfo? LanguageModelTexts { get; init; }

    /// <summary>Passes over them.</summary>
    public int LanguageModelEpochs { get; init; } = 3;

    public int Seed { get; init; }

    /// <summary>Refuses what can't be evaluated, before anything is loaded.</summary>
    /// <exception cref="ArgumentException">Options don't fit each other or the file.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public void Check(string task, FileInfo file)
    {
        if (Directory.Exists(file.FullName) && task != Tasks.ProbingName)
        {
            throw new ArgumentException($"'{file}' is a folder; the task {task} reads a file. Name the file.");
        }

        var read = LanguageModelTexts is null ? LanguageModel : LanguageModelTexts;
        foreach (var needed in new[] { Model, Encoder, read, Directory.Exists(file.FullName) ? null : file })
        {
            if (needed is not null && !File.Exists(needed.FullName))
            {
                throw new FileNotFoundException($"There is no file '{needed}'.");
            }
        }

        if (FactorColumns.Count > 0 && (TextColumn is null || LabelColumn is null))
        {
            throw new ArgumentException(
                $"--factor-columns {string.Join(' ', FactorColumns)} are columns of a header; name the header's other two as well: --text-column and --label-column."
            );
        }
    }

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
