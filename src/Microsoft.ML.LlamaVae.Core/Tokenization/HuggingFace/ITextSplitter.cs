namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>A step of pre-tokenisation: cuts text into words, beyond whose ends no piece reaches.</summary>
internal interface ITextSplitter
{
    /// <summary>Appends the words of a stretch of text.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="atStart">Whether the whole text starts here.</param>
    /// <param name="words">Receives them; none is empty.</param>
    void Split(ReadOnlyMemory<char> text, bool atStart, List<ReadOnlyMemory<char>> words);
}
