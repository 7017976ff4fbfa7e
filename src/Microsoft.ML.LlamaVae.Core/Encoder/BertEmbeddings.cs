using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>norm(token + position + segment 0).</summary>
internal sealed class BertEmbeddings : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "word_embeddings")]
    private readonly TokenEmbedding _tokens;

    [ComponentName(Name = "position_embeddings")]
    private readonly TokenEmbedding _positions;

    [ComponentName(Name = "token_type_embeddings")]
    private readonly TokenEmbedding _segments;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    public BertEmbeddings(BertConfiguration c, Initializer init, TokenEmbedding? shared)
        : base(nameof(BertEmbeddings))
    {
        _tokens = shared is null
            ? new TokenEmbedding(c.VocabularySize, c.HiddenSize, init, c.InitializerRange)
            : new TokenEmbedding(shared);
        _positions = new TokenEmbedding(c.MaxPositions, c.HiddenSize, init, c.InitializerRange);
        _segments = new TokenEmbedding(c.SegmentTypes, c.HiddenSize, init, c.InitializerRange);
        _norm = new LayerNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>[B, S] ids → [B, S, H].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var places = _positions.Weight.narrow(0, 0, input.size(1)).Plus(_segments.Weight[0]); // [S, H]
        return _norm.call(_tokens.call(input).Plus(places)).MoveToOuterDisposeScope();
    }
}
