using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>Copies the tensors of a checkpoint into the parameters of a module.</summary>
internal static class WeightLoader
{
    /// <summary>Fills every parameter and buffer; at most one tensor is in memory besides the module.</summary>
    /// <param name="module">Its names are those of the checkpoint, but for <paramref name="rename"/>.</param>
    /// <param name="checkpoint">Where the tensors come from.</param>
    /// <param name="rename">The checkpoint's name of a module's name.</param>
    /// <param name="progress">Told the part that is done, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="InvalidDataException">Tensors are missing or of another shape; all of them are listed.</exception>
    public static void Load(
        nn.Module module,
        CheckpointFolder checkpoint,
        Func<string, string> rename,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var targets = module.state_dict().Select(entry => (Name: rename(entry.Key), entry.Value)).ToArray();
        var wrong = targets
            .Select(target => Mismatch(target.Name, target.Value, checkpoint))
            .Where(mismatch => mismatch is not null)
            .ToArray();
        if (wrong.Length > 0)
        {
            throw new InvalidDataException(
                $"The weights in '{checkpoint.Files.First()}' don't fit config.json: {string.Join("; ", wrong.Take(10))}"
                    + (wrong.Length > 10 ? $"; and {wrong.Length - 10} more." : ".")
            );
        }

        using var ungraded = no_grad();
        for (var i = 0; i < targets.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var value = checkpoint.Read(targets[i].Name);
            targets[i].Value.copy_(value);
            progress?.Report((i + 1) / (double)targets.Length);
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
