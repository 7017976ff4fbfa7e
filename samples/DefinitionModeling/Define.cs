using Microsoft.ML;
using Samples;

namespace DefinitionModeling;

/// <summary>Word → embedding → latent → definition, from the saved pipeline alone.</summary>
internal static class Define
{
    public static string ModelFile => Path.Combine(Repository.Folder(), "artifacts", "definition-modeling.zip");

    private sealed class Input
    {
        public string Word { get; set; } = "";
    }

    private sealed class Output
    {
        public string Definition { get; set; } = "";
    }

    public static int Run(IEnumerable<string> words)
    {
        if (!File.Exists(ModelFile))
        {
            Console.Error.WriteLine(
                $"'{ModelFile}' isn't there. Make it first: dotnet run -c Release --project samples/DefinitionModeling"
            );
            return 1;
        }

        var ml = new MLContext();
        using var engine = ml.Model.CreatePredictionEngine<Input, Output>(ml.Model.Load(ModelFile, out _));
        foreach (var word in words)
        {
            var definition = engine.Predict(new Input { Word = word }).Definition;
            Console.WriteLine(definition.Length > 0 ? $"{word}: {definition}" : $"{word}: (not in the table of words)");
        }

        return 0;
    }
}
