using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>
/// The entry point of this assembly outside a test host: loads a model and maps texts, one to a line, knowing nothing but
/// stock ML.NET. The first argument says how: as a data view, or one by one through a prediction engine. Without others it
/// computes while garbage is collected, alone in its process.
/// </summary>
internal static class FreshProcess
{
    private sealed class Input
    {
        public string Text { get; set; } = "";
    }

    private sealed class Output
    {
        public string[] Back { get; set; } = [];
    }

    public static int Main(string[] args)
    {
        if (args.Length == 0)
        {
            return ArithmeticUnderCollection.Run() ? 0 : 1;
        }

        var ml = new MLContext();
        var model = ml.Model.Load(args[1], out _);
        var texts = args[2..].Select(text => new Input { Text = text });
        foreach (var line in args[0] == nameof(Predict) ? Predicted(ml, model, texts) : Transformed(ml, model, texts))
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    private static IEnumerable<string> Transformed(MLContext ml, ITransformer model, IEnumerable<Input> texts) =>
        model.Transform(ml.Data.LoadFromEnumerable(texts)).GetColumn<string>("Back");

    private static IEnumerable<string> Predicted(MLContext ml, ITransformer model, IEnumerable<Input> texts)
    {
        using var engine = ml.Model.CreatePredictionEngine<Input, Output>(model);
        return [.. texts.Select(text => string.Join('|', engine.Predict(text).Back))];
    }

    /// <summary>Runs <see cref="Main"/> in a process of its own: a text for each text.</summary>
    public static Task<string[]> Run(string model, IEnumerable<string> texts) => Run(nameof(Run), model, texts);

    /// <summary>Runs <see cref="Main"/> in a process of its own: several texts for each text, one by one.</summary>
    public static Task<string[]> Predict(string model, IEnumerable<string> texts) => Run(nameof(Predict), model, texts);

    /// <summary>Runs <see cref="Main"/> in a process of its own: arithmetic while garbage is collected.</summary>
    public static Task Compute() => Run([]);

    private static Task<string[]> Run(string how, string model, IEnumerable<string> texts) =>
        Run([how, model, .. texts]);

    private static async Task<string[]> Run(string[] arguments)
    {
        var assembly = typeof(FreshProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", assembly },
        };
        Array.ForEach(arguments, start.ArgumentList.Add);

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
