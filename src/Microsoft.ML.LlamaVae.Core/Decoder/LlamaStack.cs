using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Token embeddings, the layers, the last norm.</summary>
internal sealed class LlamaStack : nn.Module
{
    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<LlamaBlock> _layers;

    [ComponentName(Name = "norm")]
    private readonly RmsNorm _norm;

    public LlamaStack(LlamaConfiguration c, Initializer init)
        : base(nameof(LlamaStack))
    {
        _embedding = new TokenEmbedding(c.VocabularySize, c.HiddenSize, init, c.InitializerRange);
        _layers = new ModuleList<LlamaBlock>([.. Enumerable.Range(0, c.Layers).Select(_ => new LlamaBlock(c, init))]);
        _norm = new RmsNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    public TokenEmbedding Embedding => _embedding;

    public IEnumerable<LlamaBlock> Blocks => _layers;

    public RmsNorm Norm => _norm;

    public IEnumerable<Parameter> LayerParameters() => _layers.SelectMany(layer => layer.parameters());

    /// <summary>[B, T] ids → [N, H], all layers over the whole text.</summary>
    public Tensor Forward(Tensor ids, TokenPlaces places, Rotation rotation, LayerMemory[]? prefix, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.call(places.Gather(ids)); // [N, H]
        for (var i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].Forward(x, places, rotation, prefix?[i], mask);
        }

        return _norm.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>[B, T] ids → [N, H], the new tokens over the cache.</summary>
    public Tensor Advance(Tensor ids, TokenPlaces places, Rotation rotation, KeyValueCache cache, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.call(places.Gather(ids)); // [N, H]
        for (var i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].Advance(x, places, rotation, cache, i, mask);
        }

        return _norm.call(x).MoveToOuterDisposeScope();
    }
}
