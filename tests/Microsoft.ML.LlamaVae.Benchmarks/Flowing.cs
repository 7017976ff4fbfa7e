using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Rows per second of the Invertible CVAE: training, log-likelihood and sampling, against the products alone and through ML.NET.</summary>
internal static class Flowing
{
    private const int Rows = 4096;
    private const int LatentSize = 32;
    private const int ConditionSize = 100;
    private const int BatchSize = 256;
    private static readonly LatentSampling s_sampling = new() { Temperature = 1 };

    private sealed class Pair
    {
        [VectorType(ConditionSize)]
        public float[] Condition { get; set; } = [];

        [VectorType(LatentSize)]
        public float[] Latent { get; set; } = [];
    }

    public static IReadOnlyList<Row> Measure(int rounds)
    {
        using var limits = new Limits();
        using var generator = new Generator(1);
        using var z = empty(Rows, LatentSize).normal_(0, 1, generator); // [N, D]
        using var c = empty(Rows, ConditionSize).normal_(0, 1, generator); // [N, C]
        using var deep = Model(new() { LatentSize = LatentSize, ConditionSize = ConditionSize });
        using var wide = Model(deep.Configuration with { ConditionCouplings = true });
        using var flat = Model(deep.Configuration with { Blocks = 0 });
        var contest = new Contest(rounds).Add(Limits.Gemm, "GFLOP/s", limits.Multiply);
        Enter(contest, "flow, K = 10", deep, z, c);
        Enter(contest, "flow, K = 10, the couplings see the condition", wide, z, c);
        Enter(contest, "flow, K = 0", flat, z, c);
        return Through(contest, deep, z, c).Run();
    }

    private static InvertibleCvae Model(InvertibleCvaeConfiguration configuration)
    {
        using var generator = new Generator(1);
        return new InvertibleCvae(configuration, generator);
    }

    // Each reference is the speed at which the products alone would go.
    private static void Enter(Contest contest, string name, InvertibleCvae model, Tensor z, Tensor c)
    {
        var product = Gigaflop(model.Configuration);
        var (conditions, latents) = (Arrays(c), Arrays(z));
        contest
            .Add(
                $"{name}: training",
                "rows/s",
                () => Fit(model, conditions, latents),
                Limits.Gemm,
                // forwards, and backwards for the inputs and for the weights
                1 / (3 * product)
            )
            .Add(
                $"{name}: log-likelihood",
                "rows/s",
                () => InBatches(rows => Score(model, z, c, rows)),
                Limits.Gemm,
                1 / product
            )
            .Add(Sampling(name), "rows/s", () => InBatches(rows => Sample(model, c, rows)), Limits.Gemm, 1 / product);
    }

    private static string Sampling(string name) => $"{name}: sampling";

    // The same batches, but for the last step to arrays.
    private static Contest Through(Contest contest, InvertibleCvae model, Tensor z, Tensor c)
    {
        using var copy = new MemoryStream();
        model.Save(copy);
        copy.Position = 0;
        var ml = new MLContext(seed: 1);
        Pair[] pairs =
        [
            .. Arrays(c).Zip(Arrays(z), (condition, latent) => new Pair { Condition = condition, Latent = latent }),
        ];
        var data = ml.Data.LoadFromEnumerable(pairs);
        // Disposed with the process.
        var shared = new Shared<InvertibleCvae>(InvertibleCvae.Load(copy));
        var draw = InvertibleCvaeTransformer.Of(ml, "Drawn", "Condition", s_sampling, shared, report: null);
        var middle = InvertibleCvaeTransformer.Of(ml, "Drawn", "Condition", new(), shared.Share(), report: null);
        var score = draw.LogLikelihood("Score", "Latent", "Condition").Fit(data);
        const string name = "flow, K = 10";
        return contest
            .Add(
                $"{name}: sampling through ML.NET",
                "rows/s",
                () => draw.Transform(data).GetColumn<float[]>("Drawn").Count(),
                Sampling(name)
            )
            .Add(
                $"{name}: the middle through ML.NET",
                "rows/s",
                () => middle.Transform(data).GetColumn<float[]>("Drawn").Count(),
                Sampling(name)
            )
            .Add(
                $"{name}: log-likelihood through ML.NET",
                "rows/s",
                () => score.Transform(data).GetColumn<float>("Score").Count(),
                $"{name}: log-likelihood"
            );
    }

    private static double Fit(InvertibleCvae model, float[][] conditions, float[][] latents)
    {
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = 128, // as in InvertibleCvaeOptions
            ValidationFraction = 0,
            LearningRate = 1e-5,
        };
        return CvaeTrainer.Fit(model, conditions, latents, options: options).TrainingPairs;
    }

    private static double InBatches(Action<(int First, int Count)> work)
    {
        using var ungraded = no_grad();
        for (var first = 0; first < Rows; first += BatchSize)
        {
            work((first, BatchSize));
        }

        return Rows;
    }

    private static void Score(InvertibleCvae model, Tensor z, Tensor c, (int First, int Count) rows)
    {
        using var scope = NewDisposeScope();
        model.LogDensity(z.narrow(0, rows.First, rows.Count), c.narrow(0, rows.First, rows.Count));
    }

    private static void Sample(InvertibleCvae model, Tensor c, (int First, int Count) rows)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)rows.First);
        model.Sample(c.narrow(0, rows.First, rows.Count), generator);
    }

    // Two operations for each weight that multiplies a row: those of the couplings, the last map, the mean.
    private static double Gigaflop(InvertibleCvaeConfiguration configuration)
    {
        using var model = new InvertibleCvae(configuration, Initializer.Unset);
        return 2 * model.parameters().Where(weight => weight.dim() == 2).Sum(weight => weight.numel()) / 1e9;
    }

    private static float[][] Arrays(Tensor rows) => [.. rows.data<float>().ToArray().Chunk((int)rows.size(1))];
}
