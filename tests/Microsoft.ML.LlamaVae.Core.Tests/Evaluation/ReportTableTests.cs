using System.Text;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class ReportTableTests
{
    private static readonly ReportTable s_table = new(
        "similarity",
        ["spearman", "pearson"],
        [new ReportRow("latent", 0.5, double.NaN), new ReportRow("word overlap", 0.123456, -1)]
    );

    [Fact]
    public void ATable_PrintsAlignedColumns() =>
        Assert.Equal(
            "similarity\n"
                + "              spearman  pearson\n"
                + "latent             0.5        –\n"
                + "word overlap    0.1235       -1",
            s_table.ToString()
        );

    [Fact]
    public void ATable_WritesJson_WithNullForNaN()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            s_table.WriteJson(writer);
        }

        Assert.Equal(
            """{"title":"similarity","rows":[{"name":"latent","spearman":0.5,"pearson":null},{"name":"word overlap","spearman":0.123456,"pearson":-1}]}""",
            Encoding.UTF8.GetString(stream.ToArray())
        );
    }

    [Fact]
    public void ARowOfAnotherLength_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new ReportTable("t", ["a", "b"], [new ReportRow("short", 1)])
        );

        Assert.Contains("Row 'short' of 't' has 1 values; the table has 2 columns.", error.Message);
    }
}
