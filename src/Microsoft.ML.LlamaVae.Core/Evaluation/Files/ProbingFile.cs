namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Reads SentEval's probing files: split ("tr", "va", "te"), label and sentence, separated by tabs, without a header.</summary>
public static class ProbingFile
{
    private const int Fields = 3;

    /// <summary>SentEval's ten probing tasks; each has a file of this name with the ending .txt (Conneau et al. 2018).</summary>
    public static IReadOnlyList<string> SentEvalTasks { get; } =
    [
        "sentence_length",
        "word_content",
        "tree_depth",
        "top_constituents",
        "bigram_shift",
        "past_present",
        "subj_number",
        "obj_number",
        "odd_man_out",
        "coordination_inversion",
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is wrong, or the file has no training or test example; names file and line.</exception>
    public static IReadOnlyList<ProbingExample> Read(string path)
    {
        var file = DelimitedFile.Read(path);
        ProbingExample[] examples = [.. file.Lines.Select(line => Example(file, line))];
        foreach (var (split, sign) in new[] { (ProbingSplit.Training, "tr"), (ProbingSplit.Test, "te") })
        {
            if (!examples.Any(example => example.Split == split))
            {
                throw file.Error(
                    file.Lines[^1],
                    $"the file ends without an example of the split '{sign}'; both tr and te are needed"
                );
            }
        }

        return examples;
    }

    private static ProbingExample Example(DelimitedFile file, DelimitedLine line)
    {
        if (line.Fields.Length != Fields)
        {
            throw file.Error(
                line,
                $"{line.Fields.Length} fields; expected 3: split, label and sentence, separated by tabs"
            );
        }

        var split = line.Fields[0] switch
        {
            "tr" => ProbingSplit.Training,
            "va" => ProbingSplit.Validation,
            "te" => ProbingSplit.Test,
            var other => throw file.Error(line, $"'{other}' is no split; expected tr, va or te"),
        };
        return new ProbingExample(split, file.Field(line, 1, "label"), file.Field(line, 2, "sentence"));
    }
}
