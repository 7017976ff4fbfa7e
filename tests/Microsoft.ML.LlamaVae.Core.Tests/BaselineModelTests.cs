using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Other architectures are configurations of the same model, trainer and file.</summary>
public sealed class BaselineModelTests
{
    private static readonly LlamaVaeConfiguration s_optimus = TinyModel.Configuration with
    {
        MemorySlots = 1,
        Encoder = new BertConfiguration
        {
            VocabularySize = 1,
            HiddenSize = 32,
            FeedForwardSize = 48,
            Layers = 1,
            Heads = 4,
            MaxPositions = 32,
            InitializerRange = 0.1,
        },
        Decoder = new Gpt2Configuration
        {
            VocabularySize = 1,
            HiddenSize = 32,
            FeedForwardSize = 48,
            Layers = 2,
            Heads = 4,
            MaxPositions = 32,
            InitializerRange = 0.1,
        },
    };

    private static readonly LlamaVaeConfiguration s_lstm = TinyModel.Configuration with
    {
        MemorySlots = 1,
        Encoder = new LstmEncoderConfiguration { VocabularySize = 1, HiddenSize = 32 },
        Decoder = new LstmDecoderConfiguration { VocabularySize = 1, HiddenSize = 32 },
    };

    private static readonly Dictionary<string, LlamaVaeConfiguration> s_kinds = new(StringComparer.Ordinal)
    {
        ["Optimus"] = s_optimus,
        ["LSTM"] = s_lstm,
        ["sentence-T5 and GPT-2"] = s_optimus with { Encoder = TinyModel.Configuration.Encoder },
        ["BERT and LLaMA"] = s_optimus with { Decoder = TinyModel.Configuration.Decoder },
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_LearnsAFewTextsByHeart_AndTheFileSaysThemToo(string kind)
    {
        using var folder = new TemporaryFolder();
        using var model = LlamaVaeModel.Create(s_kinds[kind], seed: 1);
        var options = new VaeTrainerOptions
        {
            Training = new TrainingOptions
            {
                Epochs = 100,
                BatchSize = 4,
                LearningRate = 0.01,
                WarmupSteps = 5,
                ValidationFraction = 0,
            },
            Beta = new BetaSchedule { Maximum = 0.01 },
            WordDropout = 0,
        };

        VaeTrainer.Fit(model, TinyModel.Texts, options);
        model.Save(folder["model.bin"]);
        using var loaded = LlamaVaeModel.Load(folder["model.bin"]);

        using var q = model.Encode(TinyModel.Texts);
        using var again = loaded.Encode(TinyModel.Texts);
        Assert.Equal(TinyModel.Texts, model.Decode(q.Mu));
        Assert.Equal(TinyModel.Texts, loaded.Decode(q.Mu));
        Assert.True(Numeric.AreEqual(q.Mu, again.Mu));
        Assert.Equal(model.Score(TinyModel.Texts, q.Mu), loaded.Score(TinyModel.Texts, q.Mu));
        Assert.Equal(model.Encoder.Encoder.GetType(), loaded.Encoder.Encoder.GetType());
        Assert.Equal(model.Decoder.Decoder.GetType(), loaded.Decoder.Decoder.GetType());
    }

    [Fact]
    public void TextsForBert_AreOpenedByBos_AndStillCutToTheLimit()
    {
        using var bert = LlamaVaeModel.Create(s_optimus);
        using var t5 = TinyModel.Create();
        var special = bert.Encoder.Tokenizer.SpecialTokens;
        var longText = string.Join(' ', Enumerable.Repeat("yellow", 40));

        var opened = bert.Encoder.Tokenize("a bird");
        var cut = bert.Encoder.Tokenize(longText);

        Assert.Equal([special.Bos!.Value, .. t5.Encoder.Tokenize("a bird").Ids], opened.Ids);
        Assert.Equal(
            (16, special.Bos.Value, special.Eos!.Value, true),
            (cut.Ids.Length, cut.Ids[0], cut.Ids[^1], cut.IsTruncated)
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SharedEmbeddings_AreOneTable_CountedOnce(string kind)
    {
        using var shared = LlamaVaeModel.Create(s_kinds[kind]);
        using var apart = LlamaVaeModel.Create(s_kinds[kind] with { ShareEmbeddings = false });

        Assert.Equal(shared.Decoder.Tokenizer.VocabularySize * 32, apart.ParameterCount - shared.ParameterCount);
    }

    [Fact]
    public void Sizes_OfTheArchitectures_CanBeMadeEqual()
    {
        const long Wished = 1_200_000;
        LlamaVaeConfiguration[] wishes =
        [
            new(),
            LlamaVaeConfiguration.Optimus,
            LlamaVaeConfiguration.Lstm,
            LlamaVaeConfiguration.Optimus with
            {
                Posterior = PosteriorKind.Point,
            },
        ];

        foreach (var wish in wishes)
        {
            var fit = wish.WithParameterCount(Wished);
            using var model = LlamaVaeModel.Create(fit);

            Assert.InRange(model.ParameterCount, Wished * 0.99, Wished * 1.01);
            Assert.Equal(fit, fit.WithParameterCount(model.ParameterCount));
        }
    }

    [Fact]
    public void Sizes_OfCheckpoints_AreGiven() =>
        Assert.Throws<InvalidOperationException>(() =>
            new LlamaVaeConfiguration { DecoderFolder = "gpt2" }.WithParameterCount(1000)
        );

    [Fact]
    public void PresetsOfTheArchitectures_HaveAboutTheSizeOfTheDefault()
    {
        using var model = LlamaVaeModel.Create();
        using var optimus = LlamaVaeModel.Create(LlamaVaeConfiguration.Optimus);
        using var lstm = LlamaVaeModel.Create(LlamaVaeConfiguration.Lstm);

        Assert.InRange(optimus.ParameterCount / (double)model.ParameterCount, 0.9, 1.1);
        Assert.InRange(lstm.ParameterCount / (double)model.ParameterCount, 0.9, 1.1);
    }
}
