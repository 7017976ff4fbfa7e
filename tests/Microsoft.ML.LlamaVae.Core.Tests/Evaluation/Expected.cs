using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

/// <summary>The independent values of Fixtures/metrics/expected.json; make_fixtures.py there says where they come from.</summary>
internal static class Expected
{
    private static readonly JsonElement Root = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "metrics", "expected.json")))
        .RootElement;

    public static T Get<T>(string section, string name) =>
        Root.GetProperty(section).GetProperty(name).Deserialize<T>()!;

    public static T Get<T>(string section) => Root.GetProperty(section).Deserialize<T>()!;

    public static void Near(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        var (e, a) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(e.Length, a.Length);
        for (var i = 0; i < e.Length; i++)
        {
            Assert.Equal(e[i], a[i], tolerance);
        }
    }
}
