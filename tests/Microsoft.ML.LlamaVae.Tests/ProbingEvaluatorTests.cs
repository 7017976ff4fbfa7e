using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Evaluation;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class ProbingEvaluatorTests
{
    /// <summary>A latent that tells the length of a text, and nothing of its words.</summary>
    private sealed class LengthEncoder : ILatentTextEncoder
    {
        public int LatentSize => 2;

        public DiagonalGaussian Encode(IReadOnlyList<string> texts) =>
            new(
                tensor(texts.SelectMany(text => new[] { text.Length, 1f }).ToArray(), texts.Count, 2),
                zeros(texts.Count, 2)
            );
    }

    [Fact]
    public void WhatTheLatentsTell_IsRead_AndWhatTheWordsTellIsNot()
    {
        var report = Evaluate(i => i % 2 == 0 ? "short" : "long", i => new string("ab"[i / 2 % 2], i % 2 == 0 ? 3 : 9));

        Assert.Equal(1, report.Accuracy);
        Assert.Equal(0.5, report.MajorityAccuracy);
        Assert.Equal((2, 60, 20), (report.Labels, report.Training, report.Test));
    }

    [Fact]
    public void WhatOnlyTheWordsTell_TheLatentsMiss()
    {
        var report = Evaluate(i => i % 2 == 0 ? "cat" : "dog", i => i % 2 == 0 ? "a cat" : "a dog");

        Assert.Equal(1, report.BagOfWordsAccuracy);
        Assert.InRange(report.Accuracy, 0.3, 0.7);
    }

    [Fact]
    public void ALabelThatTrainingLacks_CountsAsMissed()
    {
        var report = Evaluate(
            i =>
                i >= 80 ? "new"
                : i % 2 == 0 ? "short"
                : "long",
            i => i % 2 == 0 ? "abc" : "abcdefghi"
        );

        Assert.Equal(0, report.Accuracy);
        Assert.Equal(0, report.MajorityAccuracy);
    }

    [Fact]
    public void WithoutWords_TheirFigureIsLeftOut()
    {
        var report = Evaluate(
            i => i % 2 == 0 ? "short" : "long",
            i => i % 2 == 0 ? "abc" : "abcdefghi",
            withWords: false
        );

        Assert.Null(report.BagOfWordsAccuracy);
        Assert.Contains("accuracy from words", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFolder_IsEvaluatedByTheNamesOfTheTasks()
    {
        var folder = Directory.CreateTempSubdirectory("probing-").FullName;
        var lines = Enumerable
            .Range(0, 40)
            .Select(i =>
                $"{(i < 30 ? "tr" : "te")}\t{(i % 2 == 0 ? "short" : "long")}\t{(i % 2 == 0 ? "abc" : "abcdefghi")}"
            )
            .ToArray();
        File.WriteAllLines(Path.Combine(folder, "past_present.txt"), lines);
        File.WriteAllLines(Path.Combine(folder, "sentence_length.txt"), lines);
        File.WriteAllText(Path.Combine(folder, "readme.txt"), "not a task");

        var report = ProbingEvaluator.EvaluateFolder(new MLContext(1), new LengthEncoder(), folder);

        Assert.Equal(["sentence_length", "past_present"], report.Tasks.Select(task => task.Task));
        Assert.All(report.Tasks, task => Assert.Equal(1, task.Accuracy));
        Directory.Delete(folder, recursive: true);
        Assert.Throws<FileNotFoundException>(() =>
            ProbingEvaluator.EvaluateFolder(new MLContext(1), new LengthEncoder(), folder)
        );
    }

    [Fact]
    public void ATaskWithoutTestExamples_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            ProbingEvaluator.Evaluate(
                new MLContext(1),
                new LengthEncoder(),
                "length",
                [new ProbingExample(ProbingSplit.Training, "a", "a")]
            )
        );

        Assert.Contains(
            "The task 'length' has 1 training and 0 test examples",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static ProbingReport Evaluate(Func<int, string> label, Func<int, string> text, bool withWords = true) =>
        ProbingEvaluator.Evaluate(
            new MLContext(1),
            new LengthEncoder(),
            "length",
            [
                .. Enumerable
                    .Range(0, 100)
                    .Select(i => new ProbingExample(
                        i < 60 ? ProbingSplit.Training
                            : i < 80 ? ProbingSplit.Validation
                            : ProbingSplit.Test,
                        label(i),
                        text(i)
                    )),
            ],
            withWords
        );
}
