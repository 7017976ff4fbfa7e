namespace PaperTables;

/// <summary>One number of one run.</summary>
/// <param name="Table">The table it stands in.</param>
/// <param name="Column">Its column.</param>
/// <param name="Model">Its row.</param>
/// <param name="Seed">The run.</param>
/// <param name="Value">NaN where the figure means nothing for the model.</param>
internal sealed record Figure(string Table, string Column, string Model, int Seed, double Value);
