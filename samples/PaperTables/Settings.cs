namespace PaperTables;

/// <summary>What the command line says.</summary>
internal sealed record Settings(
    string? DataFile,
    int Texts,
    int HeldOut,
    int Epochs,
    int Seeds,
    int LatentSize,
    IReadOnlyList<string> Only,
    string? OutputFolder
);
