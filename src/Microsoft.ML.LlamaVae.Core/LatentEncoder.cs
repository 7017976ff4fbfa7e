using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>Text → q(z|x): tokenizer, sentence encoder and posterior head. One half of <see cref="LlamaVaeModel"/>.</summary>
/// <remarks>Inference is safe from several threads at once.</remarks>
public sealed class LatentEncoder : ILatentTextEncoder, ISentenceEmbedder, IDisposable
{
    private const int DefaultBatchSize = 64;
    private readonly int _eos;
    private readonly int[] _beginning;

    internal LatentEncoder(
        ITextTokenizer tokenizer,
        ISentenceEncoder encoder,
        PosteriorHead posterior,
        int maxTokens,
        Device device
    )
    {
        TokenLimit.Check(tokenizer.VocabularySize, encoder.VocabularySize, "encoder");
        _eos =
            tokenizer.SpecialTokens.Eos
            ?? throw new ArgumentException(
                "The encoder's tokenizer has no end-of-sequence token; give its id as an override when it is loaded.",
                nameof(tokenizer)
            );
        _beginning = !encoder.BeginsWithBos
            ? []
            :
            [
                tokenizer.SpecialTokens.Bos
                    ?? throw new ArgumentException(
                        "The encoder's texts begin with a beginning-of-sequence token ([CLS]), which its tokenizer lacks; give its id as an override when it is loaded.",
                        nameof(tokenizer)
                    ),
            ];
        Tokenizer = tokenizer;
        Encoder = encoder;
        Posterior = posterior;
        MaxTokens = maxTokens;
        Device = device;
        encoder.Weights.to(device);
        posterior.to(device);
    }

    /// <summary>D.</summary>
    public int LatentSize => Posterior.LatentSize;

    /// <summary>Longer texts are cut to this many tokens, the end-of-sequence token included.</summary>
    public int MaxTokens { get; }

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    internal ITextTokenizer Tokenizer { get; }

    internal ISentenceEncoder Encoder { get; }

    internal PosteriorHead Posterior { get; }

    /// <summary>Where the encoder's weights came from; null where they started at random.</summary>
    internal Backbone? Backbone { get; set; }

    /// <summary>q(z|x) of each text; no gradient. An empty text is the end-of-sequence token alone.</summary>
    /// <param name="texts">Any number; they are run in batches of similar length, and come back in their order.</param>
    /// <returns>mu and logVar [B, D] in float32 on <see cref="Device"/>; the caller owns it.</returns>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public DiagonalGaussian Encode(IReadOnlyList<string> texts) => Encode(Tokenize(texts));

    /// <summary>h of each text, the sentence embedding that the bottleneck reads; no gradient.</summary>
    /// <param name="texts">Any number; they are run in batches of similar length, and come back in their order.</param>
    /// <returns>[B, E] in float32 on <see cref="Device"/>; the caller owns it.</returns>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public Tensor Embed(IReadOnlyList<string> texts)
    {
        var rows = Tokenize(texts);
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var h = empty(rows.Length, Encoder.EmbeddingSize, float32, Device); // [B, E]
        foreach (var batch in LengthBatches.Cut(rows, DefaultBatchSize, Device))
        {
            using var pass = NewDisposeScope();
            var places = tensor(batch.Select(i => (long)i).ToArray(), device: Device); // [b]
            h.index_copy_(0, places, Embed([.. batch.Select(i => rows[i])]));
        }

        return h.MoveToOuterDisposeScope();
    }

    /// <summary>q(z|x) of tokenized texts, in batches of similar length.</summary>
    internal DiagonalGaussian Encode(int[][] rows, int batchSize = DefaultBatchSize)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad(); // not inference_mode: a flow may train on the result
        var batches = LengthBatches.Cut(rows, batchSize, Device).ToArray();
        var parts = batches.Select(batch => Forward([.. batch.Select(i => rows[i])])).ToArray();
        int[] order = [.. batches.SelectMany(batch => batch)];
        var back = new long[rows.Length];
        for (var i = 0; i < order.Length; i++)
        {
            back[order[i]] = i;
        }

        var places = tensor(back, device: Device); // [B]
        var mu = cat([.. parts.Select(part => part.Mu)], 0).index_select(0, places); // [B, D]
        var logVar = cat([.. parts.Select(part => part.LogVar)], 0).index_select(0, places); // [B, D]
        return new DiagonalGaussian(mu.MoveToOuterDisposeScope(), logVar.MoveToOuterDisposeScope());
    }

    /// <summary>One differentiable pass over rows of about the same length.</summary>
    internal DiagonalGaussian Forward(IReadOnlyList<int[]> rows)
    {
        using var scope = NewDisposeScope();
        var q = Posterior.call(Embed(rows));
        return new DiagonalGaussian(q.Mu.MoveToOuterDisposeScope(), q.LogVar.MoveToOuterDisposeScope());
    }

    private Tensor Embed(IReadOnlyList<int[]> rows)
    {
        using var scope = NewDisposeScope();
        using var batch = TokenBatch.Pad(rows, Tokenizer.SpecialTokens.Pad ?? 0, Device);
        return Encoder.Encode(batch.Ids, batch.Mask).to(float32).MoveToOuterDisposeScope(); // [B, E]
    }

    private int[][] Tokenize(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Count > 0
            ? [.. texts.Select(text => Tokenize(text).Ids)]
            : throw new ArgumentException("At least one text is needed; got none.", nameof(texts));
    }

    /// <summary>Tokens of a text, cut to <see cref="MaxTokens"/>, opened by BOS where the encoder asks for it, always closed by EOS: no row is ever empty.</summary>
    internal TokenizedText Tokenize(string text)
    {
        var pieces = Tokenizer.Encode(text);
        var room = MaxTokens - _beginning.Length - 1;
        var isTruncated = pieces.Length > room;
        return new TokenizedText([.. _beginning, .. isTruncated ? pieces[..room] : pieces, _eos], isTruncated);
    }

    /// <summary>Writes this half, tokenizer included, to a stream that needs not be seekable and stays open.</summary>
    /// <param name="stream">Takes one safetensors stream.</param>
    /// <param name="storage">What is done with the weights of a checkpoint that did not learn.</param>
    /// <exception cref="InvalidOperationException">A reference was asked for and cannot be made.</exception>
    public void Save(Stream stream, BackboneStorage storage = BackboneStorage.Auto) =>
        LatentEncoderFormat.Save(this, stream, storage);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Read to the end of the half, and stays open.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="InvalidDataException">It is broken, or a referenced checkpoint has changed.</exception>
    /// <exception cref="FileNotFoundException">A referenced checkpoint is missing.</exception>
    public static LatentEncoder Load(Stream stream, Device? device = null) =>
        LatentEncoderFormat.Load(stream, device ?? CPU);

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Posterior.Dispose();
    }
}
