using System.Diagnostics;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class FormatTests
{
    [Fact]
    public async Task TheTree_IsFormatted()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Microsoft.ML.LlamaVae.sln")))
        {
            root = root.Parent!;
        }

        await Run(root.FullName, "tool", "restore");
        await Run(root.FullName, "csharpier", "check", ".");
    }

    private static async Task Run(string folder, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {await output}{await errors}");
    }
}
