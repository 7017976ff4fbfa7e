using System.IO.Compression;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class EvaluationFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".gz");
    }

    [Fact]
    public void StsB_IsReadByItsPlaces()
    {
        Write(
            "main\tMSRvid\t2012\t0000\t5.000\tA \"man\".\tA person.",
            "main\tMSRvid\t2012\t1\t0\tx\ty\tsource\tsource"
        );

        Assert.Equal([new("A \"man\".", "A person.", 5), new("x", "y", 0)], TextPairFile.Read(_path));
    }

    [Fact]
    public void Sick_IsReadByItsHeader()
    {
        Write("pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment", "1\ta\tb\t4.5\tNEUTRAL");

        Assert.Equal([new("a", "b", 4.5)], TextPairFile.Read(_path));
    }

    [Fact]
    public void PairsOfAnyHeader_AreReadByTheirColumns()
    {
        Write("wup\tgloss_a\tgloss_b", "0.5\tx\ty");

        Assert.Equal([new("x", "y", 0.5)], TextPairFile.Read(_path, new TextPairColumns("gloss_a", "gloss_b", "wup")));
    }

    [Fact]
    public void WrongPairs_AreNamedByLine()
    {
        Refused(() => TextPairFile.Read(_path), "line 3: 'high' in field 3 is no score", "a\tb\t1", "", "a\tb\thigh");
        Refused(() => TextPairFile.Read(_path), "line 2: 2 fields; expected the score in field 3", "a\tb\t1", "a\tb");
        Refused(
            () => TextPairFile.Read(_path),
            "line 2: field 2 is blank; expected the second text",
            "a\tb\t1",
            "a\t\t1"
        );
        Refused(() => TextPairFile.Read(_path), "line 1: 2 fields; expected STS-B", "a\tb");
        Refused(() => TextPairFile.Read(_path), "line 1: the file holds no text", " ");
        Refused(
            () => TextPairFile.Read(_path, new TextPairColumns("a", "b", "c")),
            "line 1: no column 'c'; the header has 'a', 'b'",
            "a\tb",
            "1\t2"
        );
    }

    [Fact]
    public void Probing_IsSplitLabelAndSentence()
    {
        Write("tr\tPAST\tHe ran.", "te\tPRES\tHe runs.");

        Assert.Equal(
            [
                new ProbingExample(ProbingSplit.Training, "PAST", "He ran."),
                new ProbingExample(ProbingSplit.Test, "PRES", "He runs."),
            ],
            ProbingFile.Read(_path)
        );
        Assert.Equal(10, ProbingFile.SentEvalTasks.Distinct().Count());
    }

    [Fact]
    public void WrongProbing_IsNamedByLine()
    {
        Refused(
            () => ProbingFile.Read(_path),
            "line 2: 'dev' is no split; expected tr, va or te",
            "tr\tA\tb",
            "dev\tA\tb"
        );
        Refused(() => ProbingFile.Read(_path), "line 1: 2 fields; expected 3", "tr\tA");
        Refused(
            () => ProbingFile.Read(_path),
            "line 1: the file ends without an example of the split 'te'",
            "tr\tA\tb"
        );
    }

    [Fact]
    public void DefinitionsOfAWord_ComeTogether()
    {
        Write("word\tpos\tgloss", "cat\tn\tan animal", "dog\tn\tanother", "cat\tn\ta whip");

        var words = DefinitionFile.Read(_path);

        Assert.Equal(["cat", "dog"], words.Select(word => word.Word));
        Assert.Equal(["an animal", "a whip"], words[0].Definitions);
    }

    [Fact]
    public void DefinitionsWithoutAHeader_AreTwoFields()
    {
        Write("cat\tan animal");

        Assert.Equal("an animal", DefinitionFile.Read(_path)[0].Definitions[0]);
        Refused(() => DefinitionFile.Read(_path), "line 1: 3 fields without a column 'word' or 'lemma'", "a\tb\tc");
        Refused(() => DefinitionFile.Read(_path), "line 1: nothing follows the header", "word\tgloss");
    }

    [Fact]
    public void Texts_AreLinesOrAColumn()
    {
        Write("Category\tDefinition", "noun.act\tthe act");

        Assert.Equal(2, TextFile.Read(_path).Count);
        Assert.Equal(["the act"], TextFile.Read(_path, "Definition"));
        Assert.Equal([new("noun.act", "the act")], TextFile.ReadLabelled(_path, "Category", "Definition"));
        Assert.Throws<ArgumentException>(() => TextFile.ReadLabelled(_path, "Category"));
    }

    [Fact]
    public void ACompressedFile_IsRead()
    {
        using (var gzip = new GZipStream(File.Create(_path + ".gz"), CompressionLevel.Fastest))
        {
            gzip.Write("one\ntwo\n"u8);
        }

        Assert.Equal(["one", "two"], TextFile.Read(_path + ".gz"));
    }

    [Fact]
    public void WhatIsNotUtf8_IsRefused()
    {
        File.WriteAllBytes(_path, [0x61, 0x0A, 0xFF, 0xFE, 0x0A]);
        Refused(() => TextFile.Read(_path), "line 2: not UTF-8");

        // An encoding mark promises UTF-8; what follows is checked all the same.
        File.WriteAllBytes(_path, [0xEF, 0xBB, 0xBF, .. "caf\n\r\n"u8, 0xE9, 0x0A]);
        Refused(() => TextFile.Read(_path), "line 3: not UTF-8");

        File.WriteAllBytes(
            _path,
            [.. Enumerable.Repeat("a line of text\r\n"u8.ToArray(), 29).SelectMany(b => b), 0xE9]
        );
        Refused(() => TextFile.Read(_path), "line 30: not UTF-8");
    }

    [Fact]
    public void AnEncodingMark_AndAnyEndOfLine_AreNoText()
    {
        File.WriteAllBytes(_path, [0xEF, 0xBB, 0xBF, .. "één\r\ntwo\rthree\n\nfour"u8]);

        Assert.Equal(["één", "two", "three", "four"], TextFile.Read(_path));
    }

    [Fact]
    public void ARowOfBlankFields_IsNotPassedOver()
    {
        Refused(() => TextPairFile.Read(_path), "line 2: field 1 is blank", "a\tb\t1", "\t\t", "", "c\td\t2");
        Write("one", "\t", "two");

        Assert.Equal(["one", "two"], TextFile.Read(_path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(200)]
    public void ACompressedFile_ThatWasCutShort_IsRefused(int missing)
    {
        using var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write([
                .. Enumerable
                    .Range(0, 500)
                    .SelectMany(i => BitConverter.GetBytes(i * 7919 % 10007))
                    .Select(b => (byte)(b % 10 + 'a')),
            ]);
        }

        File.WriteAllBytes(_path + ".gz", whole.ToArray()[..^missing]);

        var error = Assert.Throws<InvalidDataException>(() => TextFile.Read(_path + ".gz"));
        Assert.Contains($"{_path}.gz, line 1: the gzip data is damaged or cut short", error.Message);
    }

    [Fact]
    public void ACompressedFile_ThatIsNone_IsRefused_AndOneOfSeveralPartsIsRead()
    {
        File.WriteAllText(_path + ".gz", "no gzip");
        Assert.Contains(
            $"{_path}.gz, line 1: the gzip data is damaged",
            Assert.Throws<InvalidDataException>(() => TextFile.Read(_path + ".gz")).Message
        );

        File.Delete(_path + ".gz");
        foreach (var part in new[] { "one\n", "two\n" })
        {
            using var gzip = new GZipStream(File.Open(_path + ".gz", FileMode.Append), CompressionLevel.Fastest);
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(part));
        }

        Assert.Equal(["one", "two"], TextFile.Read(_path + ".gz"));
    }

    private void Refused(Func<object> read, string message) =>
        Assert.Contains($"{_path}, {message}", Assert.Throws<InvalidDataException>(read).Message);

    private void Refused(Func<object> read, string message, params string[] lines)
    {
        Write(lines);
        Refused(read, message);
    }

    private void Write(params string[] lines) => File.WriteAllLines(_path, lines);
}
