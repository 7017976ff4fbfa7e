using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>The pipeline components are the same for every architecture.</summary>
public sealed class ArchitecturePipelineTests
{
    private static readonly Dictionary<string, LlamaVaeConfiguration> s_kinds = new(StringComparer.Ordinal)
    {
        ["Optimus"] = Gloss.Options.Model with
        {
            Encoder = new BertConfiguration
            {
                VocabularySize = 1,
                HiddenSize = 16,
                FeedForwardSize = 24,
                Layers = 1,
                Heads = 2,
            },
            Decoder = new Gpt2Configuration
            {
                VocabularySize = 1,
                HiddenSize = 16,
                FeedForwardSize = 24,
                Layers = 1,
                Heads = 2,
            },
        },
        ["an LSTM autoencoder without variance"] = Gloss.Options.Model with
        {
            Posterior = PosteriorKind.Point,
            Encoder = new LstmEncoderConfiguration { VocabularySize = 1, HiddenSize = 16 },
            Decoder = new LstmDecoderConfiguration { VocabularySize = 1, HiddenSize = 16 },
        },
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AModelFile_HoldsTheArchitecture(string kind)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Gloss.Rows());
        var options = Gloss.Options with { Model = s_kinds[kind] };
        using var vae = ml.Transforms.Text.LlamaVae("Latent", "Text", options).Fit(data);
        using var text = vae.LatentToText("Said", "Latent").Fit(vae.Transform(data));
        using var file = new MemoryStream();
        ml.Model.Save(vae.Append(text), data.Schema, file);
        file.Position = 0;

        var loaded = new MLContext().Model.Load(file, out _);

        var (latents, said) = Read(loaded.Transform(data));
        var (expectedLatents, expectedSaid) = Read(text.Transform(vae.Transform(data)));
        Assert.Equal(expectedLatents, latents);
        Assert.Equal(expectedSaid, said);
        Assert.NotEqual(latents[0], latents[1]);
        ((IDisposable)loaded).Dispose();
    }

    private static (float[][] Latents, string[] Said) Read(IDataView view) =>
        (
            [.. view.GetColumn<VBuffer<float>>("Latent").Select(latent => latent.DenseValues().ToArray())],
            [.. view.GetColumn<string>("Said")]
        );
}
