using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>What each row has said, kept where the logits are, and the penalty on saying it again (Keskar et al. 2019).</summary>
/// <remarks>Letters: B rows, C the most tokens of a row, V vocabulary.</remarks>
internal sealed class SaidTokens : IDisposable
{
    private readonly double _penalty;
    private Tensor _ids; // [B, C], in any order; free places repeat the row's first token
    private Tensor _penalties; // [B, 1]; 1 before a row's first token
    private int _place;

    /// <param name="batch">B.</param>
    /// <param name="capacity">C.</param>
    /// <param name="penalty">Divides positive logits of tokens that were said, multiplies negative ones.</param>
    /// <param name="device">Where the logits are.</param>
    public SaidTokens(int batch, int capacity, double penalty, Device device)
    {
        _penalty = penalty;
        _ids = zeros(batch, capacity, int64, device).DetachFromDisposeScope();
        _penalties = ones(batch, 1, float32, device).DetachFromDisposeScope();
    }

    /// <summary>Scores [B, V] after the penalty; the scope owns the result.</summary>
    public Tensor Penalise(Tensor scores)
    {
        var old = scores.gather(1, _ids); // [B, C]
        return scores.scatter(1, _ids, where(old > Number(0), old / _penalties, old * _penalties)); // [B, V]
    }

    /// <summary>Takes the next token of each row, [B, 1].</summary>
    /// <param name="tokens">[B, 1].</param>
    /// <param name="areFirst">By row, whether it is the row's first.</param>
    public void Add(Tensor tokens, bool[] areFirst)
    {
        using var scope = NewDisposeScope();
        _ids.narrow(1, _place, 1).copy_(tokens);
        _place = (_place + 1) % (int)_ids.size(1);
        if (areFirst.Contains(true))
        {
            var first = tensor(areFirst, device: _ids.device).unsqueeze(1); // [B, 1]
            _ids.copy_(where(first, tokens, _ids));
            _penalties.masked_fill_(first, Number(_penalty));
        }
    }

    /// <summary>Rows that begin another text.</summary>
    public void Restart(long[] rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows, device: _ids.device); // [b]
        _ids.index_fill_(0, index, Number(0));
        _penalties.index_fill_(0, index, Number(1));
    }

    /// <summary>Keeps only these rows, in this order.</summary>
    public void Keep(long[] rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows, device: _ids.device); // [b]
        var (ids, penalties) = (_ids.index_select(0, index), _penalties.index_select(0, index));
        Dispose();
        (_ids, _penalties) = (ids.DetachFromDisposeScope(), penalties.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        _ids.Dispose();
        _penalties.Dispose();
    }
}
