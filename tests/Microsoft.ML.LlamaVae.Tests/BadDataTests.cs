using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class BadDataTests(FittedVae fitted) : IClassFixture<FittedVae>
{
    private sealed class Row
    {
        public string? Text { get; set; }
    }

    private sealed class Latents
    {
        [VectorType(6)]
        public float[] Latent { get; set; } = [];
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t ")]
    public void ABlankText_HasNoLatent(string? text)
    {
        var data = fitted.Ml.Data.LoadFromEnumerable([new Row { Text = text }, new Row { Text = "a tree" }]);
        var before = fitted.Vae.BlankTexts;

        var latents = fitted.Vae.Transform(data).GetColumn<float[]>("Latent").ToArray();

        Assert.All(latents[0], slot => Assert.True(float.IsNaN(slot)));
        Assert.All(latents[1], slot => Assert.True(float.IsFinite(slot)));
        Assert.Equal(1, fitted.Vae.BlankTexts - before);
    }

    [Fact]
    public void ALongText_IsCut_Counted_AndReportedOnce()
    {
        var ml = new MLContext(1);
        var warnings = new List<string>();
        ml.Log += (_, e) => warnings.Add(e.Message);
        using var vae = ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(fitted.Data);
        var start = string.Join(' ', Enumerable.Repeat("tree", 40));
        var data = ml.Data.LoadFromEnumerable([new Row { Text = start + " one" }, new Row { Text = start + " two" }]);

        var latents = vae.Transform(data).GetColumn<float[]>("Latent").ToArray();

        Assert.Equal(latents[0], latents[1]);
        Assert.Equal(2, vae.TruncatedTexts);
        Assert.Single(warnings, message => message.Contains("longer than 24 tokens", StringComparison.Ordinal));
    }

    [Fact]
    public void ALatentThatIsNotFinite_HasNoText()
    {
        var data = fitted.Ml.Data.LoadFromEnumerable([
            new Latents { Latent = [0, 0, float.NaN, 0, 0, 0] },
            new Latents { Latent = [0, 0, float.PositiveInfinity, 0, 0, 0] },
            new Latents { Latent = [0, 0, 0, 0, 0, 0] },
        ]);
        var back = fitted.Vae.LatentToText("Back", "Latent", new() { MaxTokens = 4 }).Fit(data);

        var texts = back.Transform(data).GetColumn<string>("Back").ToArray();

        Assert.Equal(("", ""), (texts[0], texts[1]));
        Assert.Equal(2, back.MissingLatents);
    }

    [Fact]
    public void ASparseLatent_IsThatOfItsDenseForm()
    {
        var (ml, data) = (fitted.Ml, fitted.Ml.Data.LoadFromEnumerable([new Latents { Latent = [0, 2, 0, 0, 0, 0] }]));
        var back = fitted.Vae.LatentToText("Back", "Latent", new() { MaxTokens = 6 }).Fit(data);
        var sparse = ml.Data.LoadFromEnumerable([new SparseLatents { Latent = new VBuffer<float>(6, 1, [2f], [1]) }]);

        Assert.Equal(back.Transform(data).GetColumn<string>("Back"), back.Transform(sparse).GetColumn<string>("Back"));
    }

    private sealed class SparseLatents
    {
        [VectorType(6)]
        public VBuffer<float> Latent { get; set; }
    }

    [Fact]
    public void DataWithoutAUsableText_CannotBeFitted()
    {
        var data = fitted.Ml.Data.LoadFromEnumerable([new Row { Text = "" }, new Row { Text = null }]);

        var error = Assert.Throws<ArgumentException>(() =>
            fitted.Ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(data)
        );

        Assert.Contains("No usable text", error.Message, StringComparison.Ordinal);
    }
}
