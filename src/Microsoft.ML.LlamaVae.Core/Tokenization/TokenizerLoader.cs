using Microsoft.ML.LlamaVae.Tokenization.HuggingFace;
using Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Makes the tokenizer that a file or a checkpoint's folder describes.</summary>
/// <remarks>
/// <para>SentencePiece models (<c>spiece.model</c>, <c>tokenizer.model</c>; unigram and BPE) give the ids of sentencepiece.
/// <c>tokenizer.json</c> may hold byte-level BPE (LLaMA 3, SmolLM, GPT-2), BPE with byte fallback (LLaMA 2) or unigram (T5);
/// its compiled normalisation rules are applied as sentencepiece applies them. <c>vocab.txt</c> is the WordPiece of an
/// uncased BERT.</para>
/// <para>Text is only ever text: the written form of a special or control token in a text gives the pieces of its
/// characters, not the token.</para>
/// </remarks>
public static class TokenizerLoader
{
    private static readonly Lazy<ITextTokenizer> s_default = new(LoadDefault);

    /// <summary>The built-in tokenizer: 4,096 pieces learnt from WordNet's glosses, with byte fallback for everything else.</summary>
    public static ITextTokenizer Default => s_default.Value;

    /// <summary>Makes the tokenizer of a file.</summary>
    /// <param name="file">The extension of its name tells the format: <c>.model</c>, <c>.json</c> or <c>.txt</c>.</param>
    /// <param name="overrides">Special tokens to use instead of the file's own; the file's own where null.</param>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    /// <exception cref="NotSupportedException">The format, or a component of it, is not supported.</exception>
    /// <exception cref="ArgumentException">A special token is outside the vocabulary.</exception>
    public static ITextTokenizer Load(TokenizerFile file, SpecialTokens? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.GetExtension(file.Name) switch
        {
            ".model" => SentencePieceTokenizer.Parse(
                file,
                model => (overrides ?? SpecialTokens.None).Or(model.SpecialTokens)
            ),
            ".json" => HuggingFaceTokenizer.Parse(file, _ => overrides ?? SpecialTokens.None),
            ".txt" => new WordPieceTokenizer(file, overrides),
            _ => throw new NotSupportedException(
                $"'{file.Name}' is no known tokenizer file; expected a SentencePiece .model, a tokenizer.json or a BERT vocab.txt."
            ),
        };
    }

    /// <summary>Makes the tokenizer of a file.</summary>
    /// <inheritdoc cref="Load"/>
    /// <param name="path">A SentencePiece <c>.model</c>, a <c>tokenizer.json</c> or a <c>vocab.txt</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ITextTokenizer LoadFile(string path) =>
        Load(new TokenizerFile(Path.GetFileName(path), File.ReadAllBytes(path)));

    /// <summary>Finds and makes the tokenizer of a HuggingFace folder.</summary>
    /// <param name="folder">
    /// Holds spiece.model, tokenizer.model, vocab.txt or tokenizer.json (taken in this order). Ids of special tokens also come from
    /// config.json, generation_config.json, tokenizer_config.json and special_tokens_map.json: before those that a
    /// tokenizer.json implies, after those that a SentencePiece model declares. Of several ends of sequence the first counts.
    /// </param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <inheritdoc cref="Load"/>
    public static ITextTokenizer LoadFolder(string folder) => TokenizerFolder.Load(folder);

    private static ITextTokenizer LoadDefault()
    {
        using var stream = typeof(TokenizerLoader).Assembly.GetManifestResourceStream("default.model")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Load(new TokenizerFile("tokenizer.model", bytes.ToArray()));
    }
}
