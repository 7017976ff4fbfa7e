namespace PaperTables;

/// <summary>The ablations' own table: what decides between them, beside the two models that they vary.</summary>
internal static class AblationTable
{
    public const string Title = "Ablations";

    private static readonly string[] s_columns =
    [
        LanguageModelling.OwnLatent,
        LanguageModelling.OtherLatent,
        LanguageModelling.Bound,
        LanguageModelling.WeightedBound,
        LanguageModelling.Kl,
        LanguageModelling.Bleu4,
        LanguageModelling.RougeL,
        Run.Smoothness,
        Run.SelfBleu,
        LanguageModelling.Parameters,
    ];

    private static readonly string[] s_tables = [LanguageModelling.Table, Run.Similarity, Run.Probing, Run.Geometry];

    /// <summary>The figures as the tables show them: ablations in this table alone, and what they vary in it too.</summary>
    public static IEnumerable<Figure> Arrange(IReadOnlyList<Figure> figures, IReadOnlySet<string> ablations) =>
        ablations.Count == 0
            ? figures
            : figures
                .Where(figure => !ablations.Contains(figure.Model))
                .Concat(
                    figures
                        .Where(figure =>
                            ablations.Contains(figure.Model) || figure.Model is Contestants.Llama or Contestants.Optimus
                        )
                        .Where(IsShown)
                        .Select(figure => figure with { Table = Title })
                );

    private static bool IsShown(Figure figure) =>
        s_tables.Contains(figure.Table)
        && (figure.Table is Run.Similarity or Run.Probing || s_columns.Contains(figure.Column));
}
