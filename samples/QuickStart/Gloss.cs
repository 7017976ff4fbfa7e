using Microsoft.ML.Data;

namespace QuickStart;

/// <summary>A line of samples/data/wordnet-glosses.tsv.</summary>
internal class Gloss
{
    [LoadColumn(0)]
    public string Category { get; set; } = "";

    [LoadColumn(1)]
    public string Definition { get; set; } = "";
}
