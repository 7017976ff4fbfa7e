using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using LayerNorm = Microsoft.ML.LlamaVae.Layers.LayerNorm;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Token and position embeddings, the layers, the last norm.</summary>
internal sealed class Gpt2Stack : nn.Module
{
    [ComponentName(Name = "wte")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "wpe")]
    private readonly TokenEmbedding _positions;

    [ComponentName(Name = "h")]
    private readonly ModuleList<Gpt2Block> _layers;

    [ComponentName(Name = "ln_f")]
    private readonly LayerNorm _norm;

    public Gpt2Stack(Gpt2Configuration c, Initializer init)
        : base(nameof(Gpt2Stack))
    {
        _embedding = new TokenEmbedding(c.VocabularySize, c.HiddenSize, init, c.InitializerRange);
        _positions = new TokenEmbedding(c.MaxPositions, c.HiddenSize, init, c.InitializerRange);
        _layers = new ModuleList<Gpt2Block>([.. Enumerable.Range(0, c.Layers).Select(_ => new Gpt2Block(c, init))]);
        _norm = new LayerNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    public TokenEmbedding Embedding => _embedding;

    public IEnumerable<Parameter> LayerParameters() => _layers.SelectMany(layer => layer.parameters());

    /// <summary>[B, T] ids → [B, T, H]: token + position + latent embedding.</summary>
    /// <param name="ids">[B, T].</param>
    /// <param name="first">Position of the first token.</param>
    /// <param name="latent">[B, 1, H], or null.</param>
    public Tensor Embed(Tensor ids, int first, Tensor? latent)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.call(ids).Plus(_positions.Weight.narrow(0, first, ids.size(1))); // [B, T, H]
        return (latent is null ? x : x.Plus(latent)).MoveToOuterDisposeScope();
    }

    /// <summary>[B, T, H] → [B, T, H], all layers over the whole text.</summary>
    public Tensor Forward(Tensor x, LayerMemory[]? prefix, Tensor mask)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].Forward(x, prefix?[i], mask);
        }

        return _norm.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>[B, T, H] → [B, T, H], the new tokens over the cache.</summary>
    public Tensor Advance(Tensor x, KeyValueCache cache, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].Advance(x, cache, i, mask);
        }

        return _norm.call(x).MoveToOuterDisposeScope();
    }
}
