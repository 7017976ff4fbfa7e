using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>
/// The entry point of this assembly outside a test host: loads a model and maps texts, one to a line, knowing nothing but
/// stock ML.NET.
/// </summary>
internal static class FreshProcess
{
    private sealed class Input
    {
        public string Text { get; set; } = "";
    }

    public static int Main(string[] args)
    {
        var ml = new MLContext();
        var model = ml.Model.Load(args[0], out _);
        var data = ml.Data.LoadFromEnumerable(args[1..].Select(text => new Input { Text = text }));
        foreach (var text in model.Transform(data).GetColumn<string>("Back"))
        {
            Console.WriteLine(text);
        }

        return 0;
    }

    /// <summary>Runs <see cref="Main"/> in a process of its own.</summary>
    public static async Task<string[]> Run(string model, IEnumerable<string> texts)
    {
        var assembly = typeof(FreshProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", assembly, model },
        };
        foreach (var text in texts)
        {
            start.ArgumentList.Add(text);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
