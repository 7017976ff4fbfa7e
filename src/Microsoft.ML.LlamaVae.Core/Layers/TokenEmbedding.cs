using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>A row of the table per token id; the table may be shared with a head or with another module.</summary>
internal sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [V, H]
    private readonly int[] _owners; // one number, common to all that share the table

    public TokenEmbedding(int vocabulary, int size, Initializer init, double std)
        : this(init.Normal(std, vocabulary, size), [0]) { }

    /// <summary>Shares the table of another one; the last of them to be disposed frees it.</summary>
    public TokenEmbedding(TokenEmbedding other)
        : this(other._weight, other._owners) { }

    private TokenEmbedding(Parameter table, int[] owners)
        : base(nameof(TokenEmbedding))
    {
        _weight = table;
        _owners = owners;
        Interlocked.Increment(ref owners[0]);
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    /// <summary>[...] ids → [..., H].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rows = _weight.index_select(0, input.reshape(-1)); // [..., H], flat
        return rows.view([.. input.shape, _weight.size(1)]).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Decrement(ref _owners[0]) == 0)
        {
            base.Dispose(disposing);
        }
    }
}
