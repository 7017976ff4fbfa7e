namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>One text in the making.</summary>
/// <param name="id">What its requester calls it.</param>
/// <param name="seed">Of its own random stream: what others draw doesn't move it.</param>
/// <param name="limit">The most tokens.</param>
internal sealed class GeneratedRow(long id, int seed, int limit)
{
    private readonly List<int> _tokens = [];
    private bool _hasEnded;

    public Random Random { get; } = new(seed);

    /// <summary>Steps that it has been in the batch, those after its end included.</summary>
    public int Steps { get; private set; }

    /// <summary>An end token was said, or there are as many tokens as there may be.</summary>
    public bool IsDone => _hasEnded || _tokens.Count >= limit;

    /// <summary>It was done, and was handed out; its place is free.</summary>
    public bool IsDelivered { get; private set; }

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
            _tokens.Add(token);
        }
    }

    /// <summary>Hands the text out.</summary>
    public GeneratedText Deliver()
    {
        IsDelivered = true;
        return new GeneratedText(id, [.. _tokens]);
    }
}
