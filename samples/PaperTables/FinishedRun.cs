namespace PaperTables;

/// <summary>What a run has left.</summary>
/// <param name="Model">Who ran.</param>
/// <param name="Corpus">On which texts.</param>
/// <param name="Seed">With which seed.</param>
/// <param name="Seconds">Training and evaluation.</param>
/// <param name="Figures">All its numbers.</param>
/// <param name="Steps">Where the loss was taken.</param>
/// <param name="Losses">−log p(x|z) there, nats per token.</param>
internal sealed record FinishedRun(
    string Model,
    string Corpus,
    int Seed,
    double Seconds,
    IReadOnlyList<Figure> Figures,
    double[] Steps,
    double[] Losses
);
