namespace PaperTables;

/// <summary>What the command line says.</summary>
internal sealed record Settings
{
    public FileInfo? Data { get; init; }

    public required int Texts { get; init; }

    public required int HeldOut { get; init; }

    public required int Epochs { get; init; }

    public required int Seeds { get; init; }

    public required int LatentSize { get; init; }

    /// <summary>Pairs (word, definition) that the Invertible CVAE is fitted to; 0 leaves definition modelling out.</summary>
    public required int Definitions { get; init; }

    /// <summary>Longer texts are cut.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>A dictionary for definition modelling; null for the sample definitions.</summary>
    public FileInfo? DefinitionFile { get; init; }

    /// <summary>FILE or NAME=FILE each.</summary>
    public IReadOnlyList<string> Corpora { get; init; } = [];

    /// <summary>Models that differ in one thing run too.</summary>
    public bool Ablations { get; init; }

    public IReadOnlyList<FileInfo> Pairs { get; init; } = [];

    public IReadOnlyList<FileInfo> Probing { get; init; } = [];

    public IReadOnlyList<string> Only { get; init; } = [];

    public DirectoryInfo? Output { get; init; }
}
