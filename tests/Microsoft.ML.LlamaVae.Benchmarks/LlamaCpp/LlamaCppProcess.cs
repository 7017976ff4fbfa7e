using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Benchmarks.LlamaCpp;

/// <summary>llama.cpp in a node process beside this one, which works only while it is asked.</summary>
internal sealed class LlamaCppProcess : IDisposable
{
    private const string Install = "npm install --prefix artifacts/llama-cpp --ignore-scripts node-llama-cpp@3.22.1";

    private readonly Process _process;

    /// <param name="model">A GGUF file.</param>
    public LlamaCppProcess(string model)
    {
        var folder = Path.Combine(Workload.Root(), "artifacts", "llama-cpp");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "node-llama-cpp")))
        {
            throw new DirectoryNotFoundException($"'{folder}' holds no node-llama-cpp. Run: {Install}");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "LlamaCpp", "llama-cpp.mjs");
        _process = Process.Start(
            new ProcessStartInfo("node", [script, folder, model])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Answer();
    }

    /// <summary>B sequences of T tokens after the token 1, side by side; the first one's tokens.</summary>
    public long[] Generate(int batch, int tokens) => Ask($"generate {batch} {tokens}");

    /// <summary>Reads so many tokens in one batch.</summary>
    public void Read(int tokens) => Ask($"read {tokens}");

    private long[] Ask(string job)
    {
        _process.StandardInput.WriteLine(job);
        _process.StandardInput.Flush();
        return Answer();
    }

    private long[] Answer()
    {
        // The binding may print lines of its own; answers are lists.
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                return JsonSerializer.Deserialize<long[]>(line)!;
            }
        }

        throw new InvalidOperationException("llama.cpp ended before it answered; its message is on stderr.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
