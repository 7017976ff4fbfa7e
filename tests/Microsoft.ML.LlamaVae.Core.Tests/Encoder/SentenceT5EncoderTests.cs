using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Encoder;

public sealed class SentenceT5EncoderTests
{
    private static readonly SentenceT5Configuration s_small = new()
    {
        VocabularySize = 50,
        HiddenSize = 16,
        HeadSize = 6,
        FeedForwardSize = 24,
        Layers = 2,
        Heads = 3,
        ProjectionSize = 8,
    };

    public static TheoryData<bool, bool> Kinds => new() { { false, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Embedding_IgnoresWhatStandsAtPadding_AndHowMuchThereIs(bool gated, bool tanh)
    {
        using var scope = NewDisposeScope();
        using var encoder = Create(s_small with { IsGated = gated, ProjectionTanh = tanh });
        var ids = tensor(new long[] { 5, 9, 13, 1, 0, 0 }, [1, 6]);
        var mask = tensor(new[] { true, true, true, true, false, false }, [1, 6]);
        var other = ids.clone();
        other.narrow(1, 4, 2).fill_(Number(49));

        var alone = encoder.Encode(ids.narrow(1, 0, 4), mask.narrow(1, 0, 4));

        Assert.Equal(Numeric.Values(encoder.Encode(ids, mask)), Numeric.Values(encoder.Encode(other, mask)));
        Assert.InRange((encoder.Encode(ids, mask) - alone).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Embedding_DependsOnEveryRealTokenAndItsPlace()
    {
        using var scope = NewDisposeScope();
        using var encoder = Create(s_small);
        var mask = ones(1, 4, dtype: ScalarType.Bool);
        Tensor Of(params long[] ids) => encoder.Encode(tensor(ids, [1, 4]), mask);
        float Apart(Tensor a, Tensor b) => (a - b).abs().max().item<float>();

        var embedding = Of(5, 9, 13, 1);

        Assert.InRange(Apart(embedding, Of(6, 9, 13, 1)), 1e-3, 2);
        Assert.InRange(Apart(embedding, Of(5, 9, 14, 1)), 1e-3, 2);
        Assert.InRange(Apart(embedding, Of(5, 13, 9, 1)), 1e-5, 2);
    }

    [Fact]
    public void Embedding_HasUnitLength_OnlyWhereItIsNormalised()
    {
        using var scope = NewDisposeScope();
        using var normalised = Create(s_small);
        using var plain = Create(s_small with { Normalize = false });
        var (ids, mask) = Rows();

        var raw = plain.Encode(ids, mask);

        Assert.All(Numeric.Values(normalised.Encode(ids, mask).norm(1)), length => Assert.Equal(1, length, 1e-5));
        Assert.All(Numeric.Values(raw.norm(1)), length => Assert.True(Math.Abs(length - 1) > 1e-2));
        Assert.InRange(
            (nn.functional.normalize(raw, dim: 1) - normalised.Encode(ids, mask)).abs().max().item<float>(),
            0,
            1e-6
        );
    }

    [Fact]
    public void Embedding_IsTheProjectedMeanOfTheRealTokens()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = Create(s_small with { ProjectionBias = true, ProjectionTanh = true, Normalize = false });
        var weights = encoder.state_dict();
        weights["linear.bias"].fill_(Number(0.25));
        var (ids, mask) = Rows();
        var hidden = encoder.Hidden(ids, mask); // [3, 5, H]

        var mean = hidden[1].narrow(0, 0, 3).mean([0]); // the second row has three tokens
        var expected = weights["linear.weight"].matmul(mean).Plus(Number(0.25)).tanh();

        Assert.InRange((encoder.Encode(ids, mask)[1] - expected).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Embedding_IsTheProjectedFirstToken_WhereThatIsAskedFor()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = Create(s_small with { Pooling = T5Pooling.FirstToken, Normalize = false });
        var (ids, mask) = Rows();

        var first = encoder.Hidden(ids, mask).select(1, 0); // [3, H]
        var expected = first.matmul(encoder.state_dict()["linear.weight"].t()); // [3, E]

        Assert.InRange((encoder.Encode(ids, mask) - expected).abs().max().item<float>(), 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryParameter_HasAGradient(bool gated, bool bias)
    {
        using var scope = NewDisposeScope();
        using var encoder = Create(s_small with { IsGated = gated, ProjectionBias = bias });
        var (ids, mask) = Rows();
        using var generator = new Generator(2);
        var direction = empty(3, 8).normal_(0, 1, generator);

        (encoder.Encode(ids, mask) * direction).sum().backward();

        Assert.All(
            encoder.named_parameters(),
            p =>
            {
                Assert.True(p.parameter.grad is not null, p.name);
                Assert.True(p.parameter.grad.isfinite().all().item<bool>(), p.name);
                Assert.True(p.parameter.grad.abs().max().item<float>() > 0, p.name);
            }
        );
    }

    [Fact]
    public void Gradient_OfTheTable_TouchesTheRealTokensOnly()
    {
        using var scope = NewDisposeScope();
        using var encoder = Create(s_small);
        var ids = tensor(new long[] { 5, 9, 1, 7, 7 }, [1, 5]);
        var mask = tensor(new[] { true, true, true, false, false }, [1, 5]);

        encoder.Encode(ids, mask).select(1, 0).sum().backward();

        var touched = encoder.parameters().First().grad!.abs().sum(1).gt(Number(0)); // [V]
        Assert.Equal([1, 5, 9], touched.nonzero().reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void LiveTensors_StayTheSame_OverManyCalls()
    {
        using var encoder = Create(s_small with { IsGated = true });
        using var ids = tensor(new long[] { 5, 9, 1, 7 }, [2, 2]);
        using var mask = ones(2, 2, dtype: ScalarType.Bool);
        void Step()
        {
            using var embedding = encoder.Encode(ids, mask);
            using var sum = embedding.sum();
            sum.backward();
        }

        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
        {
            Step();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Create_DrawsFromItsGeneratorAlone()
    {
        using var scope = NewDisposeScope();
        using var global = get_rng_state();
        using var one = Create(s_small, 7);
        using var same = Create(s_small, 7);
        using var other = Create(s_small, 8);
        using var after = get_rng_state();

        static float[][] Weights(SentenceT5Encoder encoder) => [.. encoder.state_dict().Values.Select(Numeric.Values)];
        Assert.Equal(Weights(one), Weights(same));
        Assert.NotEqual(Weights(one), Weights(other));
        Assert.True(Numeric.AreEqual(global, after));
    }

    [Fact]
    public void Create_StartsAtUnitScale_AsT5Does()
    {
        using var scope = NewDisposeScope();
        using var encoder = Create(s_small with { HiddenSize = 128, HeadSize = 32, Heads = 4, VocabularySize = 500 });
        var weights = encoder.state_dict();

        // N(0, 1) for the table, 1/√(H·Dh) for the queries, 1/√H for the keys, 1/√inner for the output.
        Assert.Equal(1, weights["shared.weight"].std().item<float>(), 0.02);
        const string Attention = "encoder.block.0.layer.0.SelfAttention.";
        Assert.Equal(1 / Math.Sqrt(128 * 32), weights[$"{Attention}q.weight"].std().item<float>(), 0.001);
        Assert.Equal(1 / Math.Sqrt(128), weights[$"{Attention}k.weight"].std().item<float>(), 0.005);
        Assert.Equal(1 / Math.Sqrt(128), weights[$"{Attention}o.weight"].std().item<float>(), 0.005);
    }

    [Fact]
    public void SharedTable_IsTheSameParameter()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var init = Initializer.From(generator);
        using var table = new TokenEmbedding(50, 16, init, 1);

        using var encoder = new SentenceT5Encoder(s_small, init, table);

        Assert.Same(table.Weight, encoder.parameters().First());
    }

    [Fact]
    public void SharedTable_LivesUntilTheLastOfItsOwnersIsDisposed()
    {
        using var generator = new Generator(1);
        var init = Initializer.From(generator);
        var table = new TokenEmbedding(50, 16, init, 1);
        var encoder = new SentenceT5Encoder(s_small, init, table);

        encoder.Dispose();
        Assert.False(table.Weight.IsInvalid);
        table.Dispose();
        Assert.True(table.Weight.IsInvalid);
    }

    private static (Tensor Ids, Tensor Mask) Rows() =>
        (
            tensor(new long[] { 5, 9, 13, 21, 1, 8, 30, 1, 0, 0, 1, 0, 0, 0, 0 }, [3, 5]),
            tensor(
                new[]
                {
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    false,
                    false,
                    true,
                    false,
                    false,
                    false,
                    false,
                },
                [3, 5]
            )
        );

    private static SentenceT5Encoder Create(SentenceT5Configuration configuration, ulong seed = 1)
    {
        using var generator = new Generator(seed);
        return SentenceT5Encoder.Create(configuration, generator);
    }
}
