using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>z → text: latent memory, decoder and tokenizer. One half of <see cref="LlamaVaeModel"/>.</summary>
/// <remarks>Inference is safe from several threads at once.</remarks>
public sealed class LatentDecoder : IDisposable
{
    private const int RowsPerPass = 32;
    private readonly int _start;
    private readonly int? _eos;
    private readonly int _padding;

    internal LatentDecoder(
        ITextTokenizer tokenizer,
        LatentMemory memory,
        IMemoryDecoder decoder,
        int maxTokens,
        Device device
    )
    {
        TokenLimit.Check(tokenizer.VocabularySize, decoder.VocabularySize, "decoder");
        var special = tokenizer.SpecialTokens;
        _eos = special.Eos;
        _padding = special.Pad ?? special.Eos ?? 0;
        _start =
            special.Bos
            ?? special.Eos
            ?? throw new ArgumentException(
                "The decoder's tokenizer has neither a beginning- nor an end-of-sequence token; give their ids as overrides when it is loaded.",
                nameof(tokenizer)
            );
        Tokenizer = tokenizer;
        Memory = memory;
        Decoder = decoder;
        MaxTokens = maxTokens;
        Device = device;
        decoder.Weights.to(device);
        memory.to(device);
    }

    /// <summary>D.</summary>
    public int LatentSize => Memory.LatentSize;

    /// <summary>Longer texts are cut to this many tokens when they are scored or learned from.</summary>
    public int MaxTokens { get; }

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    internal ITextTokenizer Tokenizer { get; }

    internal LatentMemory Memory { get; }

    internal IMemoryDecoder Decoder { get; }

    /// <summary>Where the decoder's weights came from; null where they started at random.</summary>
    internal Backbone? Backbone { get; set; }

    /// <summary>Stands for input tokens that word dropout hides.</summary>
    internal int HiddenToken => Tokenizer.SpecialTokens.Unknown ?? _padding;

    /// <summary>Generates a text for each latent.</summary>
    /// <param name="z">[B, D].</param>
    /// <param name="options">How to generate; null for greedy.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <exception cref="ArgumentException">z isn't [B, D] with this decoder's D.</exception>
    public IReadOnlyList<string> Decode(
        Tensor z,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        CheckLatent(z);
        options ??= new GenerationOptions();
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var rows = z.to(float32, Device); // [B, D]
        return
        [
            .. Generator(options)
                .Generate(
                    (first, count) => Memory.call(rows.narrow(0, first, count)), // [b, L, 2, Hkv, M, Dh]
                    RowSeeds.Of(rows, options.Seed),
                    cancellationToken: cancellationToken
                )
                .Select(ids => Tokenizer.Decode(ids)),
        ];
    }

    /// <summary>
    /// Generates the text of each latent of a sequence of any length, in its order, while the result is enumerated. Latents are read
    /// as texts end and leave room for others.
    /// </summary>
    /// <param name="latents">[D] each; null has an empty text.</param>
    /// <param name="options">How to generate; null for greedy.</param>
    /// <param name="readAhead">The most latents that are read and whose texts aren't handed out yet: short texts wait for a long one before them.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <exception cref="ArgumentException">A latent hasn't this decoder's D; thrown when it is read.</exception>
    public IEnumerable<string> DecodeStream(
        IEnumerable<float[]?> latents,
        GenerationOptions? options = null,
        int readAhead = 1024,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentOutOfRangeException.ThrowIfLessThan(readAhead, 1);
        options ??= new GenerationOptions();
        options.Validate();
        return Texts();

        IEnumerable<string> Texts()
        {
            using var source = latents.Select(Checked).GetEnumerator();
            var texts = new OrderedTexts(source, readAhead, options.Seed, z => Memory.call(z.to(Device)));
            foreach (var ids in texts.Of(Generator(options), cancellationToken))
            {
                yield return ids is null ? "" : Tokenizer.Decode(ids);
            }
        }

        float[]? Checked(float[]? latent) =>
            latent is null || latent.Length == LatentSize
                ? latent
                : throw WrongLatent($"[{latent.Length}]", nameof(latents));
    }

    /// <summary>log p(x|z) of each text under the latent of its row, by teacher forcing; no gradient.</summary>
    /// <param name="texts">B texts.</param>
    /// <param name="z">[B, D].</param>
    /// <exception cref="ArgumentException">z isn't [B, D], or B isn't the number of texts.</exception>
    public IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts, Tensor z)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckLatent(z);
        if (z.size(0) != texts.Count)
        {
            throw new ArgumentException(
                $"Each text needs its latent: got {texts.Count} texts and {z.size(0)} latents.",
                nameof(z)
            );
        }

        using var ungraded = no_grad();
        var scores = new TextScore[texts.Count];
        var tokenized = texts.Select(Tokenize).ToArray();
        var rows = tokenized.Select(text => text.Ids).ToArray();
        foreach (var chunk in LengthBatches.Cut(rows, RowsPerPass, Device))
        {
            using var scope = NewDisposeScope();
            using var batch = Batch([.. chunk.Select(i => rows[i])]);
            var latents = z.index_select(0, tensor(chunk.Select(i => (long)i).ToArray(), device: z.device)); // [b, D]
            var logits = Logits(batch, latents.to(Device)).to(float32); // [N, V]
            var nll = nn.functional.cross_entropy(logits, batch.Targets, reduction: nn.Reduction.None);
            var each = nll.cpu().data<float>().ToArray(); // [N], row by row
            for (int b = 0, n = 0; b < chunk.Length; n += batch.Lengths[b++])
            {
                var sum = each.AsSpan(n, batch.Lengths[b]).ToArray().Sum(value => (double)value);
                scores[chunk[b]] = new TextScore(-sum, batch.Lengths[b], tokenized[chunk[b]].IsTruncated);
            }
        }

        return scores;
    }

    /// <summary>Logits [N, V] at the real target tokens of a batch given z [B, D]; differentiable.</summary>
    internal Tensor Logits(TeacherForcingBatch batch, Tensor z)
    {
        using var scope = NewDisposeScope();
        var memory = Memory.call(z); // [B, L, 2, Hkv, M, Dh]
        var hidden = Decoder.HiddenAt(batch.Inputs, memory, batch.Positions); // [N, H]
        return Decoder.Logits(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>What the decoder reads and must say for these targets.</summary>
    internal TeacherForcingBatch Batch(IReadOnlyList<int[]> targets, Func<bool>? hide = null) =>
        TeacherForcingBatch.Create(targets, _start, _padding, Device, hide, HiddenToken);

    /// <summary>Target tokens of a text, cut to <see cref="MaxTokens"/>; EOS follows where nothing was cut.</summary>
    internal TokenizedText Tokenize(string text)
    {
        var pieces = Tokenizer.Encode(text);
        int[] ids = _eos is { } eos ? [.. pieces, eos] : pieces;
        return ids.Length > MaxTokens ? new TokenizedText(ids[..MaxTokens], true) : new TokenizedText(ids, false);
    }

    private TextGenerator Generator(GenerationOptions options) => new(Decoder, options, _start, EndTokens, Device);

    private int[] EndTokens => _eos is { } eos ? [eos, .. Decoder.EndTokens] : [.. Decoder.EndTokens];

    private void CheckLatent(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.dim() != 2 || z.size(1) != LatentSize)
        {
            throw WrongLatent($"[{string.Join(", ", z.shape)}]", nameof(z));
        }
    }

    private ArgumentException WrongLatent(string shape, string name) =>
        new($"Latents must be [B, {LatentSize}]; got {shape}. Decode them with the model that encoded them.", name);

    /// <summary>Writes this half, tokenizer included, to a stream that needs not be seekable and stays open.</summary>
    /// <param name="stream">Takes one safetensors stream.</param>
    /// <param name="storage">What is done with the weights of a checkpoint that did not learn.</param>
    /// <exception cref="InvalidOperationException">A reference was asked for and cannot be made.</exception>
    public void Save(Stream stream, BackboneStorage storage = BackboneStorage.Auto) =>
        LatentDecoderFormat.Save(this, stream, storage);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Read to the end of the half, and stays open.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="InvalidDataException">It is broken, or a referenced checkpoint has changed.</exception>
    /// <exception cref="FileNotFoundException">A referenced checkpoint is missing.</exception>
    public static LatentDecoder Load(Stream stream, Device? device = null) =>
        LatentDecoderFormat.Load(stream, device ?? CPU);

    /// <inheritdoc/>
    public void Dispose()
    {
        Memory.Dispose();
        Decoder.Dispose();
    }
}
