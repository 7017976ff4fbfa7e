using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>A run to do: its name, what it is made of, and the doing.</summary>
/// <param name="Model">Who runs.</param>
/// <param name="Corpus">On which texts.</param>
/// <param name="Seed">With which seed.</param>
/// <param name="Fingerprint">Of all that its figures depend on.</param>
/// <param name="Work">Trains and evaluates.</param>
internal sealed record Job(
    string Model,
    string Corpus,
    int Seed,
    string Fingerprint,
    Func<IProgress<TrainingProgress>, CancellationToken, IEnumerable<Figure>> Work
)
{
    /// <summary>The corpus of the main tables.</summary>
    public const string MainCorpus = "main";
}
