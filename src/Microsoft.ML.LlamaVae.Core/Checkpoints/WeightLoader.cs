using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>Gives the parameters of a module the tensors of a checkpoint.</summary>
internal static class WeightLoader
{
    private const int MostListed = 10;

    /// <summary>Sets every target: to pages of the mapped file where the types agree, else to a converted copy.</summary>
    /// <param name="targets">Parameters and buffers by their names in the checkpoint.</param>
    /// <param name="checkpoint">Where the tensors come from.</param>
    /// <param name="mayStay">Which tensors of the checkpoint may stay unread; any other means that it is of another model.</param>
    /// <param name="progress">Told the part that is done, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="InvalidDataException">Tensors are missing, of another shape, or left over; they are listed.</exception>
    public static void Load(
        IReadOnlyList<(string Name, Tensor Value)> targets,
        CheckpointFolder checkpoint,
        Func<string, bool> mayStay,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        Check(targets, checkpoint, mayStay);
        for (var i = 0; i < targets.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            checkpoint.LoadInto(targets[i].Name, targets[i].Value);
            progress?.Report((i + 1) / (double)targets.Count);
        }
    }

    private static void Check(
        IReadOnlyList<(string Name, Tensor Value)> targets,
        CheckpointFolder checkpoint,
        Func<string, bool> mayStay
    )
    {
        var known = targets.Select(target => target.Name).ToHashSet(StringComparer.Ordinal);
        var left = checkpoint
            .Names.Where(name => !known.Contains(name) && !mayStay(name))
            .Select(name => $"'{name}' [{string.Join(", ", checkpoint[name].Shape)}] has no place in the model");
        string[] wrong =
        [
            .. targets.Select(target => Mismatch(target.Name, target.Value, checkpoint)).OfType<string>(),
            .. left,
        ];
        if (wrong.Length > 0)
        {
            throw new InvalidDataException(
                $"The weights in '{checkpoint.Folder}' don't fit its configuration: {string.Join("; ", wrong.Take(MostListed))}"
                    + (wrong.Length > MostListed ? $"; and {wrong.Length - MostListed} more." : ".")
            );
        }
    }

    private static string? Mismatch(string name, Tensor target, CheckpointFolder checkpoint)
    {
        var expected = target.shape;
        if (!checkpoint.Contains(name))
        {
            return $"'{name}' [{string.Join(", ", expected)}] is missing";
        }

        var got = checkpoint[name].Shape;
        return got.SequenceEqual(expected)
            ? null
            : $"'{name}' should be [{string.Join(", ", expected)}] and is [{string.Join(", ", got)}]";
    }
}
