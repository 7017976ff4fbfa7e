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

    private sealed class Told : IProgress<ProbingReport>
    {
        public List<ProbingReport> Reports { get; } = [];

        public void Report(ProbingReport value) => Reports.Add(value);
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

        var told = new Told();
        var report = ProbingEvaluator.EvaluateFolder(new MLContext(1), new LengthEncoder(), folder, told);

        Assert.Equal(report.Tasks, told.Reports);
        Assert.Equal(["sentence_length", "past_present"], report.Tasks.Select(task => task.Task));
        Assert.All(report.Tasks, task => Assert.Equal(1, task.Accuracy));
        Directory.Delete(folder, recursive: true);
        Assert.Throws<FileNotFoundException>(() =>
            ProbingEvaluator.EvaluateFolder(new MLContext(1), new LengthEncoder(), folder)
        );
    }

    [Fact]
    public void WhatWasDone_IsTold_BeforeATaskFails()
    {
        var folder = Directory.CreateTempSubdirectory("probing-").FullName;
        File.WriteAllLines(
            Path.Combine(folder, "sentence_length.txt"),
            ["tr\tshort\tabc", "tr\tlong\tabcdefghi", "te\tshort\tabc"]
        );
        File.WriteAllText(Path.Combine(folder, "past_present.txt"), "no example");
        var told = new Told();

        Assert.Throws<InvalidDataException>(() =>
            ProbingEvaluator.EvaluateFolder(new MLContext(1), new LengthEncoder(), folder, told)
        );

        Assert.Equal(["sentence_length"], told.Reports.Select(report => report.Task));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void AWeakSign_IsLearned_FromTwoExamples()
    {
        // An L1 penalty of 1, ML.NET's default, would hold all weights at 0.
        var report = ProbingEvaluator.Evaluate(
            new MLContext(1),
            new LengthEncoder(),
            "length",
            [
                new ProbingExample(ProbingSplit.Training, "short", "abc"),
                new ProbingExample(ProbingSplit.Training, "long", "abcdefghi"),
                new ProbingExample(ProbingSplit.Test, "short", "ab"),
                new ProbingExample(ProbingSplit.Test, "long", "abcdefgh"),
            ]
        );

        Assert.Equal(1, report.Accuracy);
    }

    [Fact]
    public void ManyLabelsOfManyWords_NeedNoHistoryOfWeights()
    {
        // Which of 200 words a text holds, in training beside 15,000 others: labels × words weights are 12 MB, a history of 20 steps 480 MB.
        const int Labels = 200;
        ProbingExample[] examples =
        [
            .. Enumerable
                .Range(0, 4 * Labels)
                .Select(i => new ProbingExample(
                    i < 2 * Labels ? ProbingSplit.Training
                        : i < 3 * Labels ? ProbingSplit.Validation
                        : ProbingSplit.Test,
                    $"word{i % Labels}",
                    $"word{i % Labels} {string.Join(' ', Enumerable.Range(0, i < 2 * Labels ? 38 : 0).Select(k => $"other{i * 38 + k}"))}"
                )),
        ];
        using var done = new ManualResetEventSlim();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var watcher = new Thread(() =>
        {
            while (!done.Wait(10))
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before);
            }
        });
        watcher.Start();
        var report = ProbingEvaluator.Evaluate(new MLContext(1), new LengthEncoder(), "word content", examples);
        done.Set();
        watcher.Join();

        Assert.InRange(report.BagOfWordsAccuracy!.Value, 0.9, 1);
        Assert.InRange(most, 0, 250_000_000);
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
