namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>A tokenizer as its file: the name tells the format (spiece.model, tokenizer.model, tokenizer.json).</summary>
/// <param name="Name">File name without folder.</param>
/// <param name="Content">The bytes of the file.</param>
public sealed record TokenizerFile(string Name, ReadOnlyMemory<byte> Content);
