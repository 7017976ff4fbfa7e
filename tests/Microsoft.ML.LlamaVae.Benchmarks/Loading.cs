using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>
/// Loads a checkpoint of 1 GB in a fresh process, generates with a batch of one and with a batch of eight, and asks the system for the
/// most memory the process had.
/// </summary>
internal static class Loading
{
    private static readonly LlamaConfiguration s_shape = DecoderShape.TinyLlama.Configuration with { Layers = 3 };

    public static IReadOnlyList<Row> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("llamavae-loading-").FullName;
        try
        {
            Write(folder);
            var gigabytes = new FileInfo(Path.Combine(folder, "model.safetensors")).Length / 1e9;
            var baseline = Child("start", folder);
            var single = Child("1", folder);
            var batch = Child("8", folder);
            return
            [
                new Row("loading: checkpoint", gigabytes, "GB", null, null, 0),
                new Row("loading: start-up of the library", baseline.Seconds, "s", null, null, 0),
                new Row("loading: until loaded", single.Seconds, "s", null, null, 0),
                Peak("loading: peak memory, batch of one", single),
                Peak("loading: peak memory, batch of eight", batch),
            ];

            Row Peak(string name, (double Seconds, double Peak) run) =>
                new(name, run.Peak, "GB", "checkpoint, above start-up", (run.Peak - baseline.Peak) / gigabytes, 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The child's part: "start", or a batch size.</summary>
    public static void Run(string what, string folder)
    {
        torch.set_num_threads(1);
        var clock = Stopwatch.StartNew();
        Native.TorchBackend.EnsureLoaded();
        var seconds = 0.0;
        if (what == "start")
        {
            zeros(1).Dispose();
            seconds = clock.Elapsed.TotalSeconds;
        }
        else
        {
            using var decoder = LlamaDecoder.Load(folder);
            seconds = clock.Elapsed.TotalSeconds;
            var batch = int.Parse(what, CultureInfo.InvariantCulture);
            using var state = decoder.Start(null, batch, 4);
            using var ids = ones([batch, 1], int64); // [B, 1]
            for (var t = 0; t < 4; t++)
            {
                decoder.Advance(ids, state).Dispose();
            }
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{seconds} {Process.GetCurrentProcess().PeakWorkingSet64 / 1e9}"
            )
        );
    }

    private static (double Seconds, double Peak) Child(string what, string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "exec", typeof(Loading).Assembly.Location, "child", what, folder })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return (
            double.Parse(said[0], CultureInfo.InvariantCulture),
            double.Parse(said[1], CultureInfo.InvariantCulture)
        );
    }

    private static void Write(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var generator = new Generator(1);
        using var decoder = LlamaDecoder.Create(s_shape, generator);
        SafetensorsWriter.WriteFile(
            Path.Combine(folder, "model.safetensors"),
            [.. decoder.state_dict().Select(weight => (weight.Key, weight.Value))]
        );
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {
                  "model_type": "llama", "hidden_act": "silu", "vocab_size": {{s_shape.VocabularySize}}, "hidden_size": {{s_shape.HiddenSize}},
                  "intermediate_size": {{s_shape.FeedForwardSize}}, "num_hidden_layers": {{s_shape.Layers}},
                  "num_attention_heads": {{s_shape.Heads}}, "num_key_value_heads": {{s_shape.KeyValueHeads}},
                  "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "bos_token_id": 1, "eos_token_id": 2
                }
                """
            )
        );
    }
}
