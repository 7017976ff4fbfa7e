using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class ComponentTests(FittedVae fitted) : IClassFixture<FittedVae>
{
    private readonly MLContext _ml = fitted.Ml;

    private sealed class WrongText
    {
        public float Text { get; set; }
    }

    private sealed class NoText
    {
        public string Other { get; set; } = "";
    }

    private sealed class Latents
    {
        [VectorType(6)]
        public float[] Latent { get; set; } = [];
    }

    private sealed class ShortLatents
    {
        [VectorType(4)]
        public float[] Latent { get; set; } = [];
    }

    private sealed class Generated
    {
        public string Back { get; set; } = "";
    }

    [Fact]
    public void TextToLatent_KeepsEveryPromise_WhereTheColumnHasAnotherType() =>
        ComponentChecks.Run(
            _ml,
            _ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new WrongText()])
        );

    [Fact]
    public void TextToLatent_WithLogVariance_KeepsEveryPromise_WhereTheColumnIsMissing() =>
        ComponentChecks.Run(
            _ml,
            _ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options with { LogVarianceColumnName = "LogVar" }),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new NoText()])
        );

    [Fact]
    public void LatentToText_KeepsEveryPromise() =>
        ComponentChecks.Run(
            _ml,
            fitted.Vae.LatentToText("Back", "Latent"),
            fitted.Vae.Transform(fitted.Data),
            _ml.Data.LoadFromEnumerable([new NoText()])
        );

    [Fact]
    public void LatentToText_NamesBothSizes_WhereTheyDiffer()
    {
        var data = _ml.Data.LoadFromEnumerable([new ShortLatents { Latent = new float[4] }]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            fitted.Vae.LatentToText("Back", "Latent").Fit(data)
        );

        Assert.Contains(
            "Latent column 'Latent' has 4 slots; this model decodes 6.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void SlotNames_NumberTheLatents()
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        fitted.Vae.GetOutputSchema(fitted.Data.Schema)["Latent"].GetSlotNames(ref names);

        Assert.Equal(
            ["Latent0", "Latent1", "Latent2", "Latent3", "Latent4", "Latent5"],
            names.DenseValues().Select(n => n.ToString())
        );
    }

    [Fact]
    public async Task ASavedPipeline_LoadsInAFreshProcess_WithNoRegistration()
    {
        var folder = Directory.CreateTempSubdirectory("fresh-").FullName;
        var model = Path.Combine(folder, "model.zip");
        var back = fitted.Vae.LatentToText("Back", "Latent").Fit(fitted.Vae.Transform(fitted.Data));
        var chain = new TransformerChain<ITransformer>(fitted.Vae, back);
        _ml.Model.Save(chain, fitted.Data.Schema, model);
        var texts = Gloss.Rows(5).Select(row => row.Text).ToArray();

        var said = await FreshProcess.Run(model, texts);

        var expected = chain.Transform(_ml.Data.TakeRows(fitted.Data, 5)).GetColumn<string>("Back");
        Assert.Equal(expected, said);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void SaveToAStream_GivesTheBytesThatLoadFromAStreamReads()
    {
        using var stream = new MemoryStream();
        fitted.Vae.Save(stream);
        stream.Position = 0;

        using var loaded = LlamaVaeTransformer.Load(_ml, stream);

        Assert.Equal(
            ComponentChecks.Rows(fitted.Vae.Transform(fitted.Data)),
            ComponentChecks.Rows(loaded.Transform(fitted.Data))
        );
    }

    [Fact]
    public void ALoadedTransformer_SaysWhereItsDecoderIs()
    {
        using var stream = new MemoryStream();
        fitted.Vae.Save(stream);
        stream.Position = 0;
        using var loaded = LlamaVaeTransformer.Load(_ml, stream);

        var error = Assert.Throws<InvalidOperationException>(() => loaded.LatentToText("Back", "Latent"));

        Assert.Contains("Save the latent-to-text transformer too", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStreamOfTheOtherComponent_IsRefused()
    {
        using var stream = new MemoryStream();
        fitted.Vae.Save(stream);
        stream.Position = 0;

        var error = Assert.Throws<InvalidDataException>(() => LatentToTextTransformer.Load(_ml, stream));

        Assert.Contains("'LlamaVaeTextToLatent'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NeitherHalf_CarriesTheOthersWeights()
    {
        using var encoder = new MemoryStream();
        using var decoder = new MemoryStream();
        fitted.Vae.Encoder.Save(encoder);
        fitted.Vae.Decoder!.Save(decoder);

        var (first, second) = (Header(encoder), Header(decoder));

        Assert.DoesNotContain("decoder/", first, StringComparison.Ordinal);
        Assert.DoesNotContain("memory/", first, StringComparison.Ordinal);
        Assert.DoesNotContain("encoder/", second, StringComparison.Ordinal);
        Assert.DoesNotContain("posterior/", second, StringComparison.Ordinal);
    }

    [Fact]
    public void DisposingOneTransformer_LeavesTheDecoderToTheOthers()
    {
        using var vae = _ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(fitted.Data);
        var latents = _ml.Data.LoadFromEnumerable([new Latents { Latent = [1, 0, 0, 0, 0, 0] }]);
        using var first = vae.LatentToText("Back", "Latent").Fit(latents);
        var second = vae.LatentToText("Back", "Latent").Fit(latents);
        second.Dispose();
        vae.Dispose();

        Assert.Single(
            _ml.Data.CreateEnumerable<Generated>(first.Transform(latents), false, ignoreMissingColumns: true)
        );
        Assert.Throws<ObjectDisposedException>(() => second.Decoder);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void LookAhead_ChangesNeitherLatentsNorTheirOrder(int lookAhead)
    {
        var options = Gloss.Options with { BatchSize = 4, LookAhead = lookAhead };
        var texts = Gloss.Rows().Select((row, i) => string.Join(' ', Enumerable.Repeat(row.Text, 1 + i * 7 % 3)));
        var data = _ml.Data.LoadFromEnumerable(texts.Select(text => new Gloss { Text = text }).ToArray());
        using var vae = _ml.Transforms.Text.LlamaVae("Latent", "Text", options).Fit(fitted.Data);

        var latents = vae.Transform(data).GetColumn<float[]>("Latent").ToArray();

        Assert.Equal(40, latents.Length);
        foreach (var (text, latent) in texts.Zip(latents))
        {
            using var alone = vae.Encoder.Encode([text]);
            var expected = alone.Mu.data<float>().ToArray();
            Assert.All(latent.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }
    }

    [Fact]
    public void GpuDeviceId_WithoutSuchAGpu_IsAnErrorOrFallsBack()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            return;
        }

        var strict = new MLContext(1) { GpuDeviceId = 0 };
        var error = Assert.Throws<InvalidOperationException>(() =>
            strict.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(fitted.Data)
        );
        Assert.Contains("MLContext.GpuDeviceId is 0", error.Message, StringComparison.Ordinal);

        var warnings = new List<string>();
        var lenient = new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = true };
        lenient.Log += (_, e) => warnings.Add(e.Message);
        using var vae = lenient.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(fitted.Data);
        Assert.Contains(warnings, message => message.Contains("running on the CPU", StringComparison.Ordinal));
    }

    [Fact]
    public void Seed_ComesFromTheMLContext_UnlessItIsGiven()
    {
        var options = Gloss.Options with { Seed = null };

        Assert.Equal(Fit(1), Fit(1));
        Assert.NotEqual(Fit(1), Fit(2));

        List<string> Fit(int seed)
        {
            var ml = new MLContext(seed);
            using var vae = ml.Transforms.Text.LlamaVae("Latent", "Text", options).Fit(fitted.Data);
            return ComponentChecks.Rows(vae.Transform(fitted.Data));
        }
    }

    [Fact]
    public void Cancellation_StopsTheFit()
    {
        using var source = new CancellationTokenSource();
        var options = Gloss.Options with { CancellationToken = source.Token, Progress = new OnStep(source.Cancel) };

        Assert.ThrowsAny<OperationCanceledException>(() =>
            _ml.Transforms.Text.LlamaVae("Latent", "Text", options).Fit(fitted.Data)
        );
    }

    [Fact]
    public void Cancellation_OfTheMLContext_StopsTheFit()
    {
        var ml = new MLContext(1);
        // ML.NET keeps it internal; its own AutoML calls it.
        var cancel = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var options = Gloss.Options with { Progress = new OnStep(() => cancel.Invoke(ml, null)) };

        Assert.ThrowsAny<OperationCanceledException>(() =>
            ml.Transforms.Text.LlamaVae("Latent", "Text", options).Fit(fitted.Data)
        );
    }

    private static string Header(MemoryStream stream)
    {
        var bytes = stream.ToArray();
        return System.Text.Encoding.UTF8.GetString(bytes, 8, (int)BitConverter.ToInt64(bytes));
    }

    private sealed class OnStep(Action action) : IProgress<Training.TrainingProgress>
    {
        public void Report(Training.TrainingProgress value) => action();
    }
}
