namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>One text in the making.</summary>
/// <param name="index">Its place in the request.</param>
/// <param name="seed">Of its own random stream: what others draw doesn't move it.</param>
/// <param name="limit">The most tokens.</param>
internal sealed class GeneratedRow(int index, int seed, int limit)
{
    private bool _hasEnded;

    public int Index => index;

    public Random Random { get; } = new(seed);

    /// <summary>Tokens so far, the end token left out.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>Steps that it has been in the batch, those after its end included.</summary>
    public int Steps { get; private set; }

    /// <summary>An end token was said, or there are as many tokens as there may be.</summary>
    public bool IsDone => _hasEnded || Tokens.Count >= limit;

    /// <summary>Takes the token chosen in the next step; nothing is taken once it is done.</summary>
    public void Take(int token, IReadOnlyCollection<int> ends)
    {
        Steps++;
        if (IsDone)
        {
            return;
        }

        _hasEnded = ends.Contains(token);
        if (!_hasEnded)
        {
            Tokens.Add(token);
        }
    }
}
