using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Tests.Decoder;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Encoder;

/// <summary>What every encoder promises, held against BERT and the LSTM.</summary>
public sealed class BaselineEncoderTests
{
    private const double Tolerance = 1e-5;

    private static readonly BertConfiguration s_bert = new()
    {
        VocabularySize = 23,
        HiddenSize = 12,
        FeedForwardSize = 20,
        Layers = 2,
        Heads = 3,
        MaxPositions = 16,
        InitializerRange = 0.5,
    };

    private static readonly LstmEncoderConfiguration s_lstm = new()
    {
        VocabularySize = 23,
        HiddenSize = 8,
        Layers = 2,
    };

    private static readonly Dictionary<string, IEncoderConfiguration> s_kinds = new(StringComparer.Ordinal)
    {
        ["BERT"] = s_bert,
        ["BERT by [CLS]"] = s_bert with { Pooling = BertPooling.ClassToken, Normalize = false },
        ["BERT by the mean"] = s_bert with { Pooling = BertPooling.Mean, TanhGelu = true, NormEpsilon = 1e-2 },
        ["LSTM"] = s_lstm,
        ["LSTM of one direction"] = s_lstm with { IsBidirectional = false, Layers = 1 },
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Embedding_AgreesWithTheTextbook(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = Create(kind);
        Func<long[], double[]> textbook = encoder switch
        {
            BertEncoder bert => new TextbookBert(bert).Encode,
            _ => ids => Lstm((LstmEncoder)encoder, ids),
        };
        var (ids, mask) = Rows();

        var embeddings = encoder.Encode(ids, mask); // [3, E]

        Assert.Equal(encoder.EmbeddingSize, embeddings.size(1));
        for (var b = 0; b < 3; b++)
        {
            var text = ids[b].data<long>().ToArray()[..(int)mask[b].sum().item<long>()];
            Assert.InRange(TinyLlamas.Difference(tensor(textbook(text)), embeddings[b]), 0, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Embedding_OfARow_DependsNeitherOnItsBatchNorOnItsPadding(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = Create(kind);
        var (ids, mask) = Rows();
        var other = where(mask, ids, zeros_like(ids));

        var together = encoder.Encode(ids, mask); // [3, E]
        var alone = encoder.Encode(ids.narrow(0, 1, 1).narrow(1, 0, 3), mask.narrow(0, 1, 1).narrow(1, 0, 3)); // [1, E]

        Assert.InRange(TinyLlamas.Difference(together, encoder.Encode(other, mask)), 0, 0);
        Assert.InRange(TinyLlamas.Difference(together.narrow(0, 1, 1), alone), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Embedding_DependsOnEveryTokenAndItsPlace(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = Create(kind);
        var mask = ones(1, 4, dtype: ScalarType.Bool);
        Tensor Of(params long[] ids) => encoder.Encode(tensor(ids, [1, 4]), mask);

        var embedding = Of(5, 9, 13, 1);

        Assert.True(TinyLlamas.Difference(embedding, Of(6, 9, 13, 1)) > 1e-4);
        Assert.True(TinyLlamas.Difference(embedding, Of(5, 9, 14, 1)) > 1e-4);
        Assert.True(TinyLlamas.Difference(embedding, Of(5, 13, 9, 1)) > 1e-4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryParameter_HasTheGradientOfCentralDifferences(string kind)
    {
        using var scope = NewDisposeScope();
        using var encoder = Create(kind);
        encoder.Weights.to(float64);
        var (ids, mask) = Rows();
        using var generator = new Generator(2);
        var direction = empty(3, encoder.EmbeddingSize, float64).normal_(0, 1, generator);
        Tensor Scalar() => (encoder.Encode(ids, mask) * direction).sum();

        Scalar().backward();

        // Adding the same to all keys of a softmax changes nothing: BERT's key biases have no gradient.
        Assert.All(
            encoder.Weights.named_parameters().Where(p => !p.name.EndsWith("key.bias", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad?.abs().max().item<double>() > 1e-12, p.name)
        );
        var vectors = encoder.Weights.parameters().Where(p => p.dim() == 1).ToArray();
        Assert.All(vectors, p => Assert.InRange(Numeric.ParameterGradientError(Scalar, p), 0, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_LeavesNoTensorBehind(string kind)
    {
        using var encoder = Create(kind);
        using var scope = NewDisposeScope();
        var (ids, mask) = Rows();
        void Call()
        {
            using var embedding = encoder.Encode(ids, mask);
            using var sum = embedding.sum();
            sum.backward();
        }

        Call();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 50; i++)
        {
            Call();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Bert_BeyondItsPositions_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var encoder = Create("BERT");
        var ids = zeros(1, 17, int64);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            encoder.Encode(ids, ones_like(ids).to(ScalarType.Bool))
        );

        Assert.StartsWith(
            "17 tokens exceed the encoder's 16 positions; lower MaxTokens",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void HeadsThatDontDivideTheWidth_AreRefused() =>
        Assert.Equal(
            "5 heads cannot share a width of 12 evenly; Heads must divide HiddenSize.",
            Assert.Throws<ArgumentException>((s_bert with { Heads = 5 }).Validate).Message
        );

    private static double[] Lstm(LstmEncoder encoder, long[] ids)
    {
        var c = encoder.Configuration;
        var weights = new Textbook(encoder);
        var x = ids.Select(id =>
                weights.Row("embedding.weight", id, c.HiddenSize).Select(value => value / c.InitializerRange).ToArray()
            )
            .ToArray();
        double[] Zero() => new double[c.HiddenSize];
        double[] last = [];
        for (var layer = 0; layer < c.Layers; layer++)
        {
            var there = TextbookLstm.Run(weights, $"forward.{layer}", x, Zero(), Zero());
            if (!c.IsBidirectional)
            {
                (x, last) = (there, there[^1]);
                continue;
            }

            var back = TextbookLstm.Run(weights, $"backward.{layer}", [.. x.Reverse()], Zero(), Zero());
            last = [.. there[^1], .. back[^1]];
            x = [.. there.Zip(back.Reverse(), (a, b) => (double[])[.. a, .. b])];
        }

        return Textbook.Unit(last);
    }

    private static ISentenceEncoder Create(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var generator = new Generator(1);
        var encoder = s_kinds[kind].Build(Initializer.From(generator), shared: null);
        foreach (var parameter in encoder.Weights.parameters())
        {
            parameter.add_(empty_like(parameter).normal_(0, 0.2, generator), Number(1));
        }

        return encoder;
    }

    // Three rows of 7, 3 and 1 real tokens; what stands at padding differs from row to row.
    private static (Tensor Ids, Tensor Mask) Rows()
    {
        using var generator = new Generator(3);
        var ids = randint(0, 23, [3, 7], int64, generator: generator);
        var mask =
            tensor(new long[] { 0, 1, 2, 3, 4, 5, 6 }).unsqueeze(0) < tensor(new long[] { 7, 3, 1 }).unsqueeze(1); // [3, 7]
        return (ids, mask);
    }
}
