using System.Globalization;
using Microsoft.ML.LlamaVae.Evaluation;

namespace PaperTables;

/// <summary>The ablations' own table: what decides between them, beside the two models that they vary.</summary>
internal static class AblationTable
{
    public const string Title = "Ablations";
    private const int LeastRuns = 5;

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

    /// <summary>Whether smoothness goes with texts that repeat each other, over all models and seeds; null where there is too little to say.</summary>
    public static string? Repetition(IReadOnlyList<Figure> figures)
    {
        (double Smoothness, double SelfBleu)[] runs =
        [
            .. figures
                .Where(figure => figure.Table == Run.Geometry)
                .GroupBy(figure => (figure.Model, figure.Seed))
                .Select(run => (Value(run, Run.Smoothness), Value(run, Run.SelfBleu)))
                .Where(run => !double.IsNaN(run.Item1) && !double.IsNaN(run.Item2)),
        ];
        return runs.Length < LeastRuns
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Linear smoothness and self-BLEU have a rank correlation (Spearman) of {Correlation.Spearman([.. runs.Select(run => run.Smoothness)], [.. runs.Select(run => run.SelfBleu)]):F2} over {runs.Length} runs of all models."
            );
    }

    private static double Value(IEnumerable<Figure> run, string column) =>
        run.First(figure => figure.Column == column).Value;

    private static bool IsShown(Figure figure) =>
        s_tables.Contains(figure.Table)
        && (figure.Table is Run.Similarity or Run.Probing || s_columns.Contains(figure.Column));
}
