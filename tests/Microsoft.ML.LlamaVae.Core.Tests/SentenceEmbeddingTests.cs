using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class SentenceEmbeddingTests
{
    [Fact]
    public void Embeddings_AreWhatTheBottleneckReads_InTheOrderOfTheTexts()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        string[] texts =
        [
            .. Enumerable.Range(0, 70).Select(i => string.Join(' ', TinyModel.Texts.Take(1 + i * 5 % 7))),
        ]; // two passes

        var h = model.Embed(texts); // [B, E]
        using var q = model.Encode(texts);

        Assert.Equal([70, 32], h.shape);
        Assert.False(h.requires_grad);
        Assert.True(model.Encoder.Posterior.call(h).Mu.allclose(q.Mu, rtol: 1e-5, atol: 1e-6));
        Assert.True(h[3].allclose(model.Embed([texts[3]])[0], rtol: 1e-5, atol: 1e-6)); // whatever the batch
    }

    [Fact]
    public void Embedding_LeavesNoTensorBehind()
    {
        using var model = TinyModel.Create();
        model.Embed(TinyModel.Texts).Dispose();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (var i = 0; i < 100; i++)
        {
            model.Embed(TinyModel.Texts).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void NoText_IsRefused()
    {
        using var model = TinyModel.Create();

        Assert.Contains("At least one text", Assert.Throws<ArgumentException>(() => model.Embed([])).Message);
    }

    [Fact]
    public void AScore_SaysWhetherItsTextWasCut()
    {
        using var model = TinyModel.Create();
        using var z = zeros(2, model.LatentSize); // [B, D]

        var scores = model.Score(["a bird", string.Join(' ', TinyModel.Texts)], z);

        Assert.Equal([false, true], scores.Select(score => score.IsCut));
        Assert.Equal(TinyModel.Configuration.MaxTokens, scores[1].Tokens);
    }
}
