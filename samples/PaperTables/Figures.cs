namespace PaperTables;

/// <summary>What one run of one model gave on the held-out texts; NaN where a figure means nothing for it.</summary>
internal sealed record Figures(string Model, int Seed)
{
    [Column("parameters", "F0")]
    public double Parameters { get; init; }

    [Column("nats/token, own z")]
    public double Reconstruction { get; init; }

    [Column("nats/token, another's z")]
    public double Shuffled { get; init; }

    [Column("−ELBO nats/token")]
    public double NegativeElbo { get; init; } = double.NaN;

    [Column("KL nats/text", "F1")]
    public double Kl { get; init; } = double.NaN;

    [Column("active units", "F0")]
    public double ActiveUnits { get; init; }

    [Column("BLEU-4", "F2")]
    public double Bleu { get; init; }

    [Column("category accuracy")]
    public double CategoryAccuracy { get; init; }

    [Column("seconds of training", "F0")]
    public double Seconds { get; init; }
}
