using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Training;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>A condition of three numbers and a latent of four that follows it.</summary>
public sealed class Pair
{
    [VectorType(3)]
    public float[] Condition { get; set; } = [];

    [VectorType(4)]
    public float[] Latent { get; set; } = [];

    [VectorType(4)]
    public float[] LogVar { get; set; } = [];

    internal static Pair[] Rows(int count = 200)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => Draw(random))];
    }

    internal static InvertibleCvaeOptions Options { get; } =
        new()
        {
            Seed = 5,
            Blocks = 2,
            HiddenSize = 8,
            Training = new TrainingOptions
            {
                Epochs = 12,
                LearningRate = 1e-2,
                WarmupSteps = 1,
            },
        };

    private static Pair Draw(Random random)
    {
        float[] c = [Normal(), Normal(), Normal()];
        return new Pair
        {
            Condition = c,
            Latent = [2 * c[0] + Noise(), c[1] - c[2] + Noise(), c[2] + Noise(), 5 + Noise()],
            LogVar = [-2, -2, -2, -2],
        };

        float Noise() => 0.3f * Normal();

        float Normal() =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }
}
