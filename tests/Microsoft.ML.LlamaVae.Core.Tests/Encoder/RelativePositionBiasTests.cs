using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Encoder;

public sealed class RelativePositionBiasTests
{
    [Theory]
    [InlineData(32, 128)]
    [InlineData(32, 256)]
    [InlineData(64, 100)]
    [InlineData(8, 20)]
    public void Bucket_IsThatOfTheTensorFormula_AtEveryDistance(int buckets, int maxDistance)
    {
        using var scope = NewDisposeScope();
        using var bias = Bias(buckets, maxDistance);
        const int Far = 1000;
        var distance = arange(Number(-Far), Number(Far + 1), Number(1), int64);

        // The published formula, in float32 tensors as the models were trained.
        var half = buckets / 2;
        var exact = half / 2;
        var far = distance.abs();
        var log =
            (far.to(float32) / Number(exact)).clamp(min: Number(1)).log()
            / Number((float)Math.Log((double)maxDistance / exact))
            * Number(half - exact);
        var large = log.to(int64).Plus(Number(exact)).clamp(max: Number(half - 1));
        var expected = (distance.gt(Number(0)).to(int64) * Number(half)).Plus(where(far.lt(Number(exact)), far, large));

        Assert.Equal(
            expected.data<long>().ToArray(),
            Enumerable.Range(-Far, 2 * Far + 1).Select(bias.Bucket).ToArray()
        );
    }

    [Fact]
    public void For_HasTheBucketsWeight_OfEachQueryAndKey()
    {
        using var scope = NewDisposeScope();
        using var bias = Bias(8, 20);
        var weight = bias.state_dict()["weight"]; // [buckets, heads]

        var table = bias.For(13);

        Assert.Equal([1, 2, 13, 13], table.shape);
        for (var query = 0; query < 13; query++)
        {
            for (var key = 0; key < 13; key++)
            {
                using var step = NewDisposeScope();
                var expected = weight[bias.Bucket(key - query)];
                Assert.Equal(Numeric.Values(expected), Numeric.Values(table[0, TensorIndex.Colon, query, key]));
            }
        }
    }

    [Fact]
    public void For_GivesEachBucketTheGradientOfItsPairs()
    {
        using var scope = NewDisposeScope();
        using var bias = Bias(8, 20);

        bias.For(5).sum().backward();

        var pairs = new float[8];
        for (var i = 0; i < 25; i++)
        {
            pairs[bias.Bucket(i % 5 - i / 5)]++;
        }

        var gradient = bias.parameters().Single().grad!; // [buckets, heads]
        Assert.Equal(pairs, Numeric.Values(gradient.select(1, 0)));
    }

    private static RelativePositionBias Bias(int buckets, int maxDistance)
    {
        using var generator = new Generator(1);
        return new RelativePositionBias(
            new SentenceT5Configuration
            {
                VocabularySize = 1,
                HiddenSize = 4,
                HeadSize = 2,
                FeedForwardSize = 4,
                Layers = 1,
                Heads = 2,
                RelativePositionBuckets = buckets,
                RelativePositionMaxDistance = maxDistance,
            },
            Initializer.From(generator)
        );
    }
}
