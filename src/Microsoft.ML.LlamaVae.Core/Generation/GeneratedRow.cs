namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>One text in the making.</summary>
internal sealed class GeneratedRow(int index, int seed)
{
    /// <summary>Place of the row in the request.</summary>
    public int Index { get; } = index;

    /// <summary>The row's own random stream: what others draw doesn't move it.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Tokens so far, the end token left out.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>An end token was said.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes the token chosen for this row; nothing is taken after the end.</summary>
    public void Take(int token, IReadOnlyCollection<int> ends)
    {
        if (HasEnded)
        {
            return;
        }

        HasEnded = ends.Contains(token);
        if (!HasEnded)
        {
            Tokens.Add(token);
        }
    }
}
