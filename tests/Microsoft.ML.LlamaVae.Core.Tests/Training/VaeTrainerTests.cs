using System.Security.Cryptography;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class VaeTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vae-trainer-").FullName;

    private static VaeTrainerOptions Options(int epochs) =>
        new()
        {
            Training = new TrainingOptions
            {
                Epochs = epochs,
                BatchSize = 4,
                LearningRate = 0.01,
                WarmupSteps = 5,
                ValidationFraction = 0,
            },
            Beta = new BetaSchedule { Maximum = 0.01 },
            WordDropout = 0,
        };

    [Fact]
    public void Fit_LearnsAFewTextsByHeart_AndTheLatentTellsThemApart()
    {
        using var model = TinyModel.Create();

        VaeTrainer.Fit(model, TinyModel.Texts, Options(80));

        using var q = model.Encode(TinyModel.Texts);
        Assert.Equal(TinyModel.Texts, model.Decode(q.Mu));
    }

    [Fact]
    public void Fit_LeavesFrozenPartsBitIdentical_AndChangesTheOthers()
    {
        using var model = TinyModel.Create();
        var before = Digests(model);

        VaeTrainer.Fit(model, TinyModel.Texts, Options(1) with { Parts = TrainableParts.None });

        var after = Digests(model);
        Assert.Equal((before.Encoder, before.Decoder), (after.Encoder, after.Decoder));
        Assert.NotEqual(before.Posterior, after.Posterior);
        Assert.NotEqual(before.Memory, after.Memory);
    }

    [Theory]
    [InlineData(TrainableParts.DecoderLayers)]
    [InlineData(TrainableParts.DecoderEmbeddings)]
    [InlineData(TrainableParts.Encoder)]
    public void Fit_ChangesJustTheChosenParts(TrainableParts parts)
    {
        using var model = LlamaVaeModel.Create(TinyModel.Configuration with { ShareEmbeddings = false });
        var before = Digests(model);
        var layers = Digest(model.Decoder.Decoder.PartParameters(DecoderPart.Layers));

        VaeTrainer.Fit(model, TinyModel.Texts, Options(1) with { Parts = parts });

        var after = Digests(model);
        Assert.Equal(parts != TrainableParts.Encoder, before.Encoder == after.Encoder);
        Assert.Equal(parts == TrainableParts.Encoder, before.Decoder == after.Decoder);
        Assert.Equal(
            parts != TrainableParts.DecoderLayers,
            layers == Digest(model.Decoder.Decoder.PartParameters(DecoderPart.Layers))
        );
    }

    [Fact]
    public void Fit_RestoresWhatRequiredAGradientBefore()
    {
        using var model = TinyModel.Create();

        VaeTrainer.Fit(model, TinyModel.Texts, Options(1) with { Parts = TrainableParts.None });

        Assert.All(model.Decoder.Decoder.Weights.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Fit_ResumesBitForBit()
    {
        var options = Options(4) with { WordDropout = 0.3 };
        options = options with { Training = options.Training with { ValidationFraction = 0.25 } };
        using var whole = TinyModel.Create();
        VaeTrainer.Fit(whole, TinyModel.Texts, options);
        var resumable = options with
        {
            Training = options.Training with { CheckpointPath = Path.Combine(_folder, "run.safetensors") },
        };
        using var source = new CancellationTokenSource();
        using var interrupted = TinyModel.Create();
        Assert.Throws<OperationCanceledException>(() =>
            VaeTrainer.Fit(interrupted, TinyModel.Texts, resumable, new CancelAt(5, source), source.Token)
        );
        using var resumed = TinyModel.Create();

        var report = VaeTrainer.Fit(resumed, TinyModel.Texts, resumable);

        Assert.True(report.Run.Resumed);
        Assert.Equal(Digests(whole), Digests(resumed));
    }

    [Fact]
    public void Fit_SkipsAndCountsUnusableTexts()
    {
        using var model = TinyModel.Create();
        var longText = string.Join(' ', Enumerable.Repeat("word", 40));

        var report = VaeTrainer.Fit(model, [.. TinyModel.Texts, null, "", "  ", longText], Options(1));

        Assert.Equal((9, 3, 1), (report.TrainingTexts, report.SkippedTexts, report.TruncatedTexts));
    }

    [Fact]
    public void Fit_SaysSo_WhereNoTextIsUsable()
    {
        using var model = TinyModel.Create();

        var error = Assert.Throws<ArgumentException>(() => VaeTrainer.Fit(model, ["", null], Options(1)));

        Assert.Contains("all 2 rows are null, empty or blank", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_LeavesNoTensorBehind()
    {
        using var model = TinyModel.Create();
        VaeTrainer.Fit(model, TinyModel.Texts, Options(1));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        VaeTrainer.Fit(model, TinyModel.Texts, Options(5));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Fit_NamesTheTerm_WhereAWeightIsNaN()
    {
        using var model = TinyModel.Create();
        using (no_grad())
        {
            model.Encoder.Posterior.parameters().First().fill_(Number(double.NaN));
        }

        var error = Assert.Throws<TrainingDivergedException>(() => VaeTrainer.Fit(model, TinyModel.Texts, Options(1)));

        Assert.Equal(1, error.Step);
        Assert.Contains("'reconstruction' is not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Archive_GivesBackTheSameModel()
    {
        using var model = TinyModel.Create();
        var path = Path.Combine(_folder, "model.bin");
        model.Save(path);

        using var loaded = LlamaVaeModel.Load(path);

        Assert.Equal(Digests(model), Digests(loaded));
        using var q = model.Encode(TinyModel.Texts);
        using var p = loaded.Encode(TinyModel.Texts);
        Assert.Equal(Numeric.Values(q.Mu), Numeric.Values(p.Mu));
        Assert.Equal(model.Decode(q.Mu), loaded.Decode(p.Mu));
    }

    [Fact]
    public void Archive_OfTheOtherHalf_IsRefused()
    {
        using var model = TinyModel.Create();
        using var stream = new MemoryStream();
        model.Encoder.Save(stream);
        stream.Position = 0;

        var error = Assert.Throws<InvalidDataException>(() => LatentDecoder.Load(stream));

        Assert.Contains("is a 'latent-encoder'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Archive_ThatIsCutOff_IsRefused()
    {
        using var model = TinyModel.Create();
        using var stream = new MemoryStream();
        model.Encoder.Save(stream);
        using var half = new MemoryStream(stream.ToArray()[..(int)(stream.Length / 2)]);

        var error = Assert.Throws<InvalidDataException>(() => LatentEncoder.Load(half));

        Assert.Contains("ends within the tensor", error.Message, StringComparison.Ordinal);
    }

    private static (string Encoder, string Posterior, string Memory, string Decoder) Digests(LlamaVaeModel model) =>
        (
            Digest(model.Encoder.Encoder.Weights.parameters()),
            Digest(model.Encoder.Posterior.parameters()),
            Digest(model.Decoder.Memory.parameters()),
            Digest(model.Decoder.Decoder.Weights.parameters())
        );

    private static string Digest(IEnumerable<Tensor> parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in parameters)
        {
            hash.AppendData([.. Numeric.Values(parameter).SelectMany(BitConverter.GetBytes)]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class CancelAt(int step, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= step)
            {
                source.Cancel();
            }
        }
    }
}
