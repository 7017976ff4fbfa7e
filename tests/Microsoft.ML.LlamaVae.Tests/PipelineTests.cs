using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class PipelineTests
{
    private sealed class Mapped
    {
        public string Text { get; set; } = "";

        public float Number { get; set; }

        public float[] Latent { get; set; } = [];

        public string Back { get; set; } = "";
    }

    [Fact]
    public void TextToLatentToText_RunsInOneChain_AndComesBackFromAModelFile()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Gloss.Rows());
        var vae = ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(data);
        var back = vae.LatentToText("Back", "Latent").Fit(vae.Transform(data));
        var chain = new TransformerChain<ITransformer>(vae, back);
        using var stream = new MemoryStream();
        ml.Model.Save(chain, data.Schema, stream);
        stream.Position = 0;

        var loaded = new MLContext().Model.Load(stream, out var schema);

        Assert.Equal(data.Schema.Select(c => c.Name), schema.Select(c => c.Name));
        var expected = ml.Data.CreateEnumerable<Mapped>(chain.Transform(data), false).ToArray();
        var got = ml.Data.CreateEnumerable<Mapped>(loaded.Transform(data), false).ToArray();
        Assert.Equal(40, got.Length);
        Assert.Equal(expected.Select(r => r.Back), got.Select(r => r.Back));
        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First.Latent, pair.Second.Latent));
        Assert.All(expected, row => Assert.Equal(6, row.Latent.Length));
    }
}
