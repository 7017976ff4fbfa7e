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
        using var model = Model();
        var texts = Workload.Texts(Texts);
        // Of a token's weights each gives a product forwards and one backwards, and where it learns a third for its gradient.
        var product = (DecoderShape.Small.GigaflopPerPrefillToken * 1e9 + 2.0 * HeadWeights(model)) / 1e9;
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

    private static double Tokens(LlamaVaeModel model, string[] texts, TrainableParts parts)
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

    private static long HeadWeights(LlamaVaeModel model) =>
        (long)model.Decoder.Decoder.VocabularySize * DecoderShape.Small.Configuration.HiddenSize;

    // The encoder is small, so that the figures are those of the decoder.
    private static LlamaVaeModel Model() =>
        LlamaVaeModel.Create(
            new LlamaVaeConfiguration { Decoder = DecoderShape.Small.Configuration, ShareEmbeddings = false },
            CPU
        );
}
