using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>What <see cref="TrainingLoop"/> must know of a model and its data.</summary>
internal interface ITrainingTask
{
    /// <summary>The parameters that learn, under stable names.</summary>
    IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>Other tensors that training changes (for example a flag that says "initialised"), under stable names.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers { get; }

    /// <summary>Says what data and model the run has: a checkpoint of another one is refused.</summary>
    string Fingerprint { get; }

    /// <summary>The batches of an epoch, the same number in each; a function of the seed alone.</summary>
    IReadOnlyList<int[]> Batches(int seed);

    /// <summary>What the loss of a batch is a sum over: target tokens, rows.</summary>
    long Units(int[] batch);

    /// <summary>The loss of a batch, summed over its units; differentiable.</summary>
    /// <param name="batch">Indices of examples.</param>
    /// <param name="progress">Steps done over steps in total.</param>
    /// <param name="seed">Seeds all noise of this batch.</param>
    BatchLoss Loss(int[] batch, double progress, int seed);

    /// <summary>Raw terms on the held-out examples, the value to minimise first; empty where nothing is held out.</summary>
    IReadOnlyList<LossTerm> Validate(CancellationToken cancellationToken);
}
