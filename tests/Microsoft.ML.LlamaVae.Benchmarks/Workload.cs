using System.Globalization;
using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Real sentences: the WordNet glosses of the samples, whose lengths are those of short texts.</summary>
internal static class Workload
{
    /// <summary>So many glosses, spread over the file.</summary>
    public static string[] Texts(int count)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "wordnet-definitions.tsv");
        var glosses = File.ReadLines(path).Skip(1).Select(line => line.Split('\t')[^1]).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => glosses[(int)((long)i * glosses.Length / count)])];
    }

    /// <summary>Tokens of so many glosses.</summary>
    public static int[] Lengths(int count, int most) =>
        [.. Texts(count).Select(text => Math.Min(most, TokenizerLoader.Default.Encode(text).Length + 1))];

    /// <summary>The repository: the folder that holds the solution.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.LlamaVae.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            string.Create(CultureInfo.InvariantCulture, $"No solution above '{AppContext.BaseDirectory}'.")
        );
    }
}
