using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Models small enough to train within a test.</summary>
internal static class TinyModel
{
    public static readonly string[] Texts =
    [
        "a small yellow flower",
        "a large tree of the tropics",
        "move quickly on foot",
        "the act of paying for something",
        "a person who plays music",
        "not able to be seen",
        "a bird with long legs",
        "cut with a sharp instrument",
    ];

    public static LlamaVaeConfiguration Configuration { get; } =
        new()
        {
            LatentSize = 8,
            MaxTokens = 16,
            Encoder = new SentenceT5Configuration
            {
                VocabularySize = 1,
                HiddenSize = 32,
                HeadSize = 8,
                FeedForwardSize = 48,
                Layers = 1,
                Heads = 4,
                IsGated = true,
            },
            Decoder = new LlamaConfiguration
            {
                VocabularySize = 1,
                HiddenSize = 32,
                FeedForwardSize = 48,
                Layers = 2,
                Heads = 4,
                KeyValueHeads = 2,
                HeadSize = 8,
                TieEmbeddings = true,
                InitializerRange = 0.1,
                MaxPositions = 64,
            },
        };

    public static LlamaVaeModel Create(int seed = 1) => LlamaVaeModel.Create(Configuration, seed: seed);
}
