using System.Buffers.Text;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Tokenization.HuggingFace;
using Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Chooses the tokenizer of a HuggingFace folder.</summary>
internal static class TokenizerFolder
{
    private const string Json = "tokenizer.json";
    private const string WordPieces = "vocab.txt";

    private static readonly string[] s_sentencePiece = ["spiece.model", "tokenizer.model"];

    /// <inheritdoc cref="TokenizerLoader.LoadFolder"/>
    public static ITextTokenizer Load(string folder)
    {
        var models = s_sentencePiece.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToList();
        var json = Path.Combine(folder, Json);
        if (models.Find(path => !IsRankList(path)) is { } model)
        {
            return SentencePieceTokenizer.Parse(
                Read(model),
                own => own.SpecialTokens.Or(FolderSpecialTokens.Read(folder, own.Pieces.Count, own.IdOf))
            );
        }

        var wordPieces = Path.Combine(folder, WordPieces);
        if (File.Exists(wordPieces))
        {
            CheckUncased(Path.Combine(folder, "tokenizer_config.json"));
            return new WordPieceTokenizer(Read(wordPieces), overrides: null);
        }

        if (File.Exists(json))
        {
            return HuggingFaceTokenizer.Parse(
                Read(json),
                vocabulary => FolderSpecialTokens.Read(folder, vocabulary.Size, vocabulary.SpecialIdOf)
            );
        }

        throw models.Count > 0
            ? new NotSupportedException(
                $"'{models[0]}' is a list of ranks, not a SentencePiece model. Put the checkpoint's tokenizer.json beside it."
            )
            : new FileNotFoundException(
                $"'{folder}' holds no tokenizer; expected spiece.model, tokenizer.model, vocab.txt or tokenizer.json. "
                    + "Fetch it from where the checkpoint came from."
            );
    }

    private static void CheckUncased(string path)
    {
        if (File.Exists(path) && !ConfigJson.Open(path).Bool("do_lower_case", true))
        {
            throw new NotSupportedException(
                $"'{path}': 'do_lower_case' is false; the WordPiece of a cased BERT is not supported. Choose an uncased checkpoint."
            );
        }
    }

    private static TokenizerFile Read(string path) => new(Path.GetFileName(path), File.ReadAllBytes(path));

    // LLaMA 3's original release has a tokenizer.model of another format: lines of a token in base64 and its rank.
    private static bool IsRankList(string path)
    {
        Span<byte> start = stackalloc byte[64];
        using var stream = File.OpenRead(path);
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        var space = start.IndexOf((byte)' ');
        return space > 0 && Base64.IsValid(start[..space]);
    }
}
