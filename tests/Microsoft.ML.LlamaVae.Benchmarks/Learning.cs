using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Target tokens per second of training on glosses: the paper's set-up, with encoder and decoder frozen, and everything learning.</summary>
internal static class Learning
{
    private const int Texts = 640;
    private const string Frozen = "training: frozen decoder";

    public static IReadOnlyList<Row> Measure(int rounds)
    {
        using var limits = new Limits();
        using var model = Model(DecoderShape.Small, CPU);
        var texts = Workload.Texts(Texts);
        // Of a token's weights each gives a product forwards and one backwards, and where it learns a third for its gradient.
        var product = GigaflopPerToken(DecoderShape.Small, model);
        var peaks = new Dictionary<string, double>(StringComparer.Ordinal);
        var rows = new Contest(rounds)
            .Add(Limits.Gemm, "GFLOP/s", limits.Multiply)
            .Add(
                "training: everything learns",
                "tokens/s",
                () => Fit("everything learns", TrainableParts.All),
                Limits.Gemm,
                1 / (3 * product)
            )
            .Add(Frozen, "tokens/s", () => Fit("frozen decoder", TrainableParts.None), Limits.Gemm, 1 / (2 * product))
            .Add(
                "training: frozen decoder, against everything",
                "tokens/s",
                () => Fit("frozen decoder", TrainableParts.None),
                "training: everything learns"
            )
            .Run();
        return
        [
            .. rows,
            .. peaks.Select(peak => new Row($"training: peak memory, {peak.Key}", peak.Value, "GB", null, null, 0)),
        ];

        double Fit(string name, TrainableParts parts)
        {
            PeakMemory.Reset();
            var tokens = Tokens(model, texts, parts);
            peaks[name] = Math.Max(peaks.GetValueOrDefault(name), PeakMemory.Gigabytes());
            return tokens;
        }
    }

    /// <summary>Trains for an epoch; so many target tokens it had.</summary>
    public static double Tokens(LlamaVaeModel model, string[] texts, TrainableParts parts)
    {
        var options = new VaeTrainerOptions
        {
            Parts = parts,
            Training = new TrainingOptions
            {
                Epochs = 1,
                BatchSize = 32,
                ValidationFraction = 0,
                LearningRate = 1e-5,
            },
        };
        VaeTrainer.Fit(model, texts, options);
        return texts.Sum(text => (double)model.Decoder.Tokenize(text).Ids.Length);
    }

    /// <summary>GFLOP of the products forwards: the layers' and the head's.</summary>
    public static double GigaflopPerToken(DecoderShape shape, LlamaVaeModel model) =>
        shape.GigaflopPerPrefillToken
        + 2.0 * model.Decoder.Decoder.VocabularySize * shape.Configuration.HiddenSize / 1e9;

    /// <summary>A model whose encoder is small, so that the figures are those of the decoder.</summary>
    public static LlamaVaeModel Model(DecoderShape shape, Device device) =>
        LlamaVaeModel.Create(
            new LlamaVaeConfiguration { Decoder = shape.Configuration, ShareEmbeddings = false },
            device
        );
}
