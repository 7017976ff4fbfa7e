namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How near generated definitions come to the reference definitions of their words.</summary>
/// <param name="Bleu4">Corpus BLEU against all references of a word, 0 to 100.</param>
/// <param name="RougeL">Mean over the words of F1 with the closest reference, 0 to 1.</param>
/// <param name="LatentCosine">
/// Mean over the words of the cosine with the closest reference's latent; words without one are left out. Null where no word has one.
/// </param>
/// <param name="NatsPerDimension">
/// −log p(z|word)/D, mean over all references that have a density: less is better, and it may be negative. Null where none has.
/// </param>
/// <param name="Words">Each word with its own scores, in the order given.</param>
/// <param name="UnknownWords">Words that the system doesn't know, such as those without a vector; no score counts them.</param>
public sealed record DefinitionReport(
    double Bleu4,
    double RougeL,
    double? LatentCosine,
    double? NatsPerDimension,
    IReadOnlyList<DefinitionScore> Words,
    int UnknownWords
) : IEvaluationReport
{
    /// <summary>The words whose definitions are nearest to a reference, by ROUGE-L and then BLEU, the best first.</summary>
    /// <param name="count">The most words.</param>
    public IReadOnlyList<DefinitionScore> Best(int count) =>
        [.. Words.OrderByDescending(word => word.RougeL).ThenByDescending(word => word.Bleu4).Take(count)];

    /// <summary>The words whose definitions are farthest from each reference, by ROUGE-L and then BLEU, the worst first.</summary>
    /// <param name="count">The most words.</param>
    public IReadOnlyList<DefinitionScore> Worst(int count) =>
        [.. Words.OrderBy(word => word.RougeL).ThenBy(word => word.Bleu4).Take(count)];

    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            "definition modelling",
            new ReportRow("BLEU-4 (13a, all references)", Bleu4),
            new ReportRow("ROUGE-L F1 (closest reference)", RougeL),
            new ReportRow("latent cosine (closest reference)", LatentCosine ?? double.NaN),
            new ReportRow("−log p(z|word), nats/dimension", NatsPerDimension ?? double.NaN),
            new ReportRow("words", Words.Count),
            new ReportRow("unknown words, left out", UnknownWords),
            new ReportRow("references", Words.Sum(word => word.Defined.References.Count))
        );

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
