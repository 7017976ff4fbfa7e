namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Makes the tokenizer that a file describes.</summary>
public static class TokenizerLoader
{
    private static readonly string[] s_names = ["spiece.model", "tokenizer.model"];
    private static readonly Lazy<ITextTokenizer> s_default = new(LoadDefault);

    /// <summary>The built-in tokenizer: 4,096 pieces learnt from WordNet's glosses, with byte fallback for everything else.</summary>
    public static ITextTokenizer Default => s_default.Value;

    /// <summary>Makes the tokenizer of a file.</summary>
    /// <param name="file">Its name tells the format.</param>
    /// <param name="overrides">Special tokens to use instead of the file's own; null for none.</param>
    public static ITextTokenizer Load(TokenizerFile file, SpecialTokens? overrides = null) =>
        new SentencePieceTokenizer(file, overrides);

    /// <summary>Makes the tokenizer of a file.</summary>
    public static ITextTokenizer LoadFile(string path) =>
        Load(new TokenizerFile(Path.GetFileName(path), File.ReadAllBytes(path)));

    /// <summary>Finds and loads the tokenizer of a HuggingFace folder.</summary>
    public static ITextTokenizer LoadFolder(string folder) =>
        s_names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } path
            ? LoadFile(path)
            : throw new FileNotFoundException($"'{folder}' holds no tokenizer.");

    private static ITextTokenizer LoadDefault()
    {
        using var stream = typeof(TokenizerLoader).Assembly.GetManifestResourceStream("default.model")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Load(new TokenizerFile("tokenizer.model", bytes.ToArray()));
    }
}
