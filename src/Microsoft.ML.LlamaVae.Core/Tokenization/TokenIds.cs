namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>The range of token ids.</summary>
internal static class TokenIds
{
    /// <exception cref="ArgumentOutOfRangeException">An id is negative or not below the size.</exception>
    public static void Check(ReadOnlySpan<int> ids, int vocabularySize)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)vocabularySize)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(ids),
                    id,
                    $"The token id {id} is outside the vocabulary, whose ids are 0 to {vocabularySize - 1}."
                );
            }
        }
    }
}
