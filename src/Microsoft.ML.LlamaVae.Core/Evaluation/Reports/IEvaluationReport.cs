namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The result of an evaluation; it prints as a table, and the table writes JSON.</summary>
public interface IEvaluationReport
{
    /// <summary>The figures as rows of named values.</summary>
    ReportTable ToTable();
}
