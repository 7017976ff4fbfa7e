using Microsoft.ML.Data;

namespace DefinitionModeling;

/// <summary>A line of samples/data/wordnet-definitions.tsv: a word and one of its glosses.</summary>
internal sealed class Pair
{
    [LoadColumn(0)]
    public string Split { get; set; } = "";

    [LoadColumn(1)]
    public string Word { get; set; } = "";

    [LoadColumn(2)]
    public string Gloss { get; set; } = "";
}
