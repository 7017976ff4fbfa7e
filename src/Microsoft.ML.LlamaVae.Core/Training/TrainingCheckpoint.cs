using System.Globalization;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The state of a run as one safetensors file, written to a temporary file and renamed.</summary>
/// <remarks>
/// Tensors: <c>weights.*</c>, <c>best.*</c> after the first validation, <c>adam.{i}.m</c> and <c>adam.{i}.v</c>. Metadata:
/// the counters and the fingerprint of the run.
/// </remarks>
internal static class TrainingCheckpoint
{
    private const string CountersKey = "counters";
    private const string FingerprintKey = "fingerprint";
    private const string AdamStepsKey = "adam.steps";

    public static void Save(string path, TrainingState state, string fingerprint)
    {
        var moments = state.Moments;
        var tensors = new List<(string, Tensor)>();
        for (var i = 0; i < state.Weights.Count; i++)
        {
            tensors.Add(($"weights.{state.Weights[i].Name}", state.Weights[i].Value));
            if (state.Best is { } best)
            {
                tensors.Add(($"best.{state.Weights[i].Name}", best[i]));
            }
        }

        for (var i = 0; i < moments.Count; i++)
        {
            tensors.Add(($"adam.{i}.m", moments[i].First));
            tensors.Add(($"adam.{i}.v", moments[i].Second));
        }

        var metadata = new Dictionary<string, string>
        {
            [FingerprintKey] = fingerprint,
            [CountersKey] = JsonSerializer.Serialize(state.Counters),
            [AdamStepsKey] = string.Join(',', moments.Select(moment => moment.Steps)),
        };
        SafetensorsWriter.WriteFile(path, tensors, metadata);
    }

    /// <exception cref="InvalidDataException">The file is the checkpoint of another run, or none at all.</exception>
    public static void Load(string path, TrainingState state, string fingerprint)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(FingerprintKey, out var found) || found != fingerprint)
        {
            throw new InvalidDataException(
                $"The checkpoint '{path}' belongs to a run with other data, options or model. "
                    + "Give the same data and options to resume it, another CheckpointPath to start anew, or delete the file."
            );
        }

        var moments = state.Moments;
        var steps = file.Metadata[AdamStepsKey].Split(',', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < moments.Count; i++)
        {
            moments[i].First.copy_(file.Read($"adam.{i}.m"));
            moments[i].Second.copy_(file.Read($"adam.{i}.v"));
            moments[i].Steps = long.Parse(steps[i], CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in state.Weights)
        {
            value.copy_(file.Read($"weights.{name}"));
        }

        var counters = JsonSerializer.Deserialize<CheckpointCounters>(file.Metadata[CountersKey])!;
        var hasBest = state.Weights.All(weight => file.Contains($"best.{weight.Name}"));
        state.Resume(counters, hasBest ? [.. state.Weights.Select(ReadBest)] : null);

        Tensor ReadBest((string Name, Tensor Value) weight) =>
            file.Read($"best.{weight.Name}").to(weight.Value.device).DetachFromDisposeScope();
    }
}
