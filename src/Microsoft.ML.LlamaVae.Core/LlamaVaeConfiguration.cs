using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae;

/// <summary>What a <see cref="LlamaVaeModel"/> is made of: checkpoints, or sizes for parts that start from random weights.</summary>
public sealed record LlamaVaeConfiguration
{
    /// <summary>
    /// An Optimus (Li et al. 2020) of the size of the default: BERT encoder and GPT-2 decoder, the latent as memory in every
    /// layer and as an embedding added to those of the tokens.
    /// </summary>
    public static LlamaVaeConfiguration Optimus { get; } =
        new()
        {
            MemorySlots = 1,
            Encoder = new BertConfiguration
            {
                VocabularySize = 1,
                HiddenSize = 128,
                FeedForwardSize = 480,
                Layers = 1,
                Heads = 4,
                MaxPositions = 128,
                InitializerRange = 0.0625,
            },
            Decoder = new Gpt2Configuration
            {
                VocabularySize = 1,
                HiddenSize = 128,
                FeedForwardSize = 480,
                Layers = 2,
                Heads = 4,
                MaxPositions = 128,
                InitializerRange = 0.0625,
            },
        };

    /// <summary>An LSTM autoencoder (Bowman et al. 2016) of the size of the default: both directions in the encoder, the latent as first state and in every input.</summary>
    public static LlamaVaeConfiguration Lstm { get; } =
        new()
        {
            MemorySlots = 1,
            Encoder = new LstmEncoderConfiguration { VocabularySize = 1, HiddenSize = 128 },
            Decoder = new LstmDecoderConfiguration
            {
                VocabularySize = 1,
                HiddenSize = 128,
                Layers = 2,
            },
        };

    /// <summary>D.</summary>
    /// <value>32 by default.</value>
    public int LatentSize { get; init; } = 32;

    /// <summary>What q(z|x) is: a Gaussian, or a point for a plain autoencoder.</summary>
    /// <value>Gaussian by default.</value>
    public PosteriorKind Posterior { get; init; }

    /// <summary>M: extra key/value slots in each decoder layer.</summary>
    /// <value>2 by default; the paper's set-up is 1.</value>
    public int MemorySlots { get; init; } = 2;

    /// <summary>Width of a hidden layer in the map from latent to memory; null for a linear map, the paper's set-up.</summary>
    /// <value>null by default.</value>
    public int? MemoryHiddenSize { get; init; }

    /// <summary>Longer texts are cut to this many tokens, on both sides.</summary>
    /// <value>64 by default.</value>
    public int MaxTokens { get; init; } = 64;

    /// <summary>A sentence-transformers folder with a sentence-T5; null to start from random weights.</summary>
    public string? EncoderFolder { get; init; }

    /// <summary>A HuggingFace folder with a LLaMA; null to start from random weights.</summary>
    public string? DecoderFolder { get; init; }

    /// <summary>Sizes of an encoder from random weights; its vocabulary size is set to the tokenizer's.</summary>
    /// <value>One layer of width 128: learns in minutes on a CPU.</value>
    public IEncoderConfiguration Encoder { get; init; } =
        new SentenceT5Configuration
        {
            VocabularySize = 1,
            HiddenSize = 128,
            HeadSize = 32,
            FeedForwardSize = 320,
            Layers = 1,
            Heads = 4,
            IsGated = true,
        };

    /// <summary>Sizes of a decoder from random weights; its vocabulary size is set to the tokenizer's.</summary>
    /// <value>Two layers of width 128 with tied embeddings: learns in minutes on a CPU.</value>
    public IDecoderConfiguration Decoder { get; init; } =
        new LlamaConfiguration
        {
            VocabularySize = 1,
            HiddenSize = 128,
            FeedForwardSize = 320,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 4,
            HeadSize = 32,
            TieEmbeddings = true,
            InitializerRange = 0.0625,
            MaxPositions = 512,
        };

    /// <summary>The tokenizer of parts from random weights: spiece.model, tokenizer.model or tokenizer.json.</summary>
    /// <value>null by default: the built-in one, 4,096 pieces learnt from English glosses, with byte fallback for everything else.</value>
    public string? TokenizerPath { get; init; }

    /// <summary>Encoder and decoder from random weights share one table of token embeddings; needs the same width.</summary>
    /// <value>true by default; only where neither comes from a checkpoint.</value>
    public bool ShareEmbeddings { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LatentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemorySlots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryHiddenSize ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 2);
        ArgumentNullException.ThrowIfNull(Encoder);
        ArgumentNullException.ThrowIfNull(Decoder);
        if (ShareEmbeddings && IsFromScratch && Encoder.HiddenSize != Decoder.HiddenSize)
        {
            throw new ArgumentException(
                $"Shared embeddings need one width; the encoder has {Encoder.HiddenSize}, the decoder {Decoder.HiddenSize}. Make them equal or set ShareEmbeddings to false."
            );
        }
    }

    /// <summary>
    /// The same architecture with about this many parameters, for comparisons at equal size: the inner widths grow or shrink
    /// by one factor (the feed-forward parts of transformers, the whole width of LSTMs); all else stays.
    /// </summary>
    /// <param name="parameters">Wished for; what comes next to it is taken.</param>
    /// <exception cref="InvalidOperationException">A part comes from a checkpoint: its sizes are given.</exception>
    public LlamaVaeConfiguration WithParameterCount(long parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        return IsFromScratch
            ? ParameterBudget.Fit(this, parameters)
            : throw new InvalidOperationException(
                "Encoder or decoder comes from a checkpoint, whose sizes are given. Choose a parameter count where both start from random weights."
            );
    }

    internal bool IsFromScratch => EncoderFolder is null && DecoderFolder is null;
}
