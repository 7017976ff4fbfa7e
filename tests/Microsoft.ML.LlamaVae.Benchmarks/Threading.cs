using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>What torch's threads give, or cost where other work keeps the cores busy: each with all threads against one.</summary>
internal static class Threading
{
    private const int Texts = 96;

    public static IReadOnlyList<Row> Measure(int rounds)
    {
        using var generator = new Generator(1);
        using var decoder = LlamaDecoder.Create(DecoderShape.Small.Configuration, generator);
        using var encoder = Encoding.Model();
        using var model = Learning.Model(DecoderShape.Small, CPU);
        var texts = Workload.Texts(Texts);
        var contest = new Contest(rounds);
        Enter("decode, batch 1", "tokens/s", () => Decoding.Generate(decoder, 1, 16));
        Enter("decode, batch 32", "tokens/s", () => Decoding.Generate(decoder, 32, 8));
        Enter("prefill of 256", "tokens/s", () => Decoding.Read(decoder, 256));
        Enter("encoding", "sentences/s", () => Encoding.Encode(encoder, texts));
        Enter("training, frozen decoder", "tokens/s", () => Learning.Tokens(model, texts, TrainableParts.None));
        return contest.Run();

        void Enter(string name, string unit, Func<double> work)
        {
            var one = $"{name}: one thread";
            contest.Add(one, unit, () => With(1, work));
            contest.Add(
                $"{name}: {Environment.ProcessorCount} threads",
                unit,
                () => With(Environment.ProcessorCount, work),
                one
            );
        }
    }

    private static double With(int threads, Func<double> work)
    {
        set_num_threads(threads);
        try
        {
            return work();
        }
        finally
        {
            set_num_threads(1);
        }
    }
}
