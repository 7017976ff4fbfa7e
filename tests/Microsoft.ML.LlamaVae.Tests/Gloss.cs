using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Training;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>A row of test data, and a pipeline's options that fit in a second.</summary>
public sealed class Gloss
{
    public string Text { get; set; } = "";

    public string Category { get; set; } = "";

    public float Number { get; set; }

    internal static Gloss[] Rows(int count = 40) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new Gloss
                {
                    Text = $"{(i % 2 == 0 ? "a small" : "a large")} {s_nouns[i % s_nouns.Length]} of number {i}",
                    Category = i % 2 == 0 ? "small" : "large",
                    Number = i,
                }),
        ];

    private static readonly string[] s_nouns = ["flower", "tree", "bird", "person", "instrument"];

    internal static LlamaVaeOptions Options { get; } =
        new()
        {
            Seed = 5,
            Model = new LlamaVaeConfiguration
            {
                LatentSize = 6,
                MaxTokens = 24,
                Encoder = new SentenceT5Configuration
                {
                    VocabularySize = 1,
                    HiddenSize = 16,
                    HeadSize = 8,
                    FeedForwardSize = 24,
                    Layers = 1,
                    Heads = 2,
                },
                Decoder = new LlamaConfiguration
                {
                    VocabularySize = 1,
                    HiddenSize = 16,
                    FeedForwardSize = 24,
                    Layers = 1,
                    Heads = 2,
                    KeyValueHeads = 1,
                    HeadSize = 8,
                    TieEmbeddings = true,
                    MaxPositions = 64,
                },
            },
            Trainer = new VaeTrainerOptions
            {
                Training = new TrainingOptions { Epochs = 2, ValidationFraction = 0.1 },
            },
        };
}
