using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class PublishedFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void DefinitionsInCommas_MayHoldCommasQuotesAndLineBreaks()
    {
        Write(
            "LEMMA,DEFINITION,EXAMPLE,POS\r\n"
                + "back,in repayment,kept in,r\r\n\r\n"
                + "back,\"said \"\"so\"\", and\r\n\r\nleft\",,v\n"
                + "5\" disk,\"\"\"small\"\"\",\"a,b\",n"
        );

        var words = DefinitionFile.Read(_path);

        Assert.Equal(["back", "5\" disk"], words.Select(word => word.Word));
        Assert.Equal(["in repayment", "said \"so\", and\n\nleft"], words[0].Definitions);
        Assert.Equal(["\"small\""], words[1].Definitions);
    }

    [Fact]
    public void WrongDefinitionsInCommas_AreNamedByTheLineOfTheFile()
    {
        const string Head = "lemma,definition\na,\"x\n\ny\"\n\n";
        Refused(() => DefinitionFile.Read(_path), "line 6: field 2 is blank; expected the definition", Head + "b,");
        Refused(() => DefinitionFile.Read(_path), "line 6: 1 fields; expected the definition in field 2", Head + "b");
        Refused(
            () => DefinitionFile.Read(_path),
            "line 7: a quotation mark opens a field and none closes it. Double",
            Head + "b,c\nd,\"e\nf,g\n"
        );
        Refused(() => DefinitionFile.Read(_path), "line 7: 'e' follows a closing", Head + "b,\"c\nd\"e");
    }

    [Fact]
    public void SeveralLemmas_AreAWordEach()
    {
        Write("synset\tlemmas\tgloss\nn1\tcar|auto\ta vehicle\nn2\tcar\ta railway wagon\n");

        var words = DefinitionFile.Read(_path);

        Assert.Equal(["car", "auto"], words.Select(word => word.Word));
        Assert.Equal(["a vehicle", "a railway wagon"], words[0].Definitions);
    }

    [Fact]
    public void WikiText_IsSentences_WithoutHeadingsAndRareWords()
    {
        Write(
            " \n = Lobster ( animal ) = \n \n A lobster , H. gammarus , weighs 0 @.@ 7 kg . It is red @-@ tipped ( often . ) "
                + "She said \" No ! \" and left . \" Yes ? \" \" Why \" said he . A <unk> lobster swims \n = = Life = = \n 20 @,@ 000 eggs \n"
        );
        string[] known =
        [
            "A lobster , H. gammarus , weighs 0.7 kg .",
            "It is red-tipped ( often . )",
            "She said \" No ! \" and left .",
            "\" Yes ? \"",
            "\" Why \" said he .",
        ];

        Assert.Equal([.. known, "20,000 eggs"], WikiTextFile.Read(_path));
        Assert.Equal([.. known, "A <unk> lobster swims", "20,000 eggs"], WikiTextFile.Read(_path, keepUnknown: true));
    }

    [Fact]
    public void WrongWikiText_IsNamedByLine()
    {
        Refused(() => WikiTextFile.Read(_path), "line 2: no line is a heading", "\nA lobster .\n");
        Refused(
            () => WikiTextFile.Read(_path),
            "line 2: the file ends without a sentence that is free of <unk>",
            " = A = \n <unk> .\n"
        );
    }

    [Theory]
    [InlineData(" = A = \n One . Two .\n", "One .|Two .")]
    [InlineData("Id\tSentence\nET:1\ta star produces light\nET:2\tb\n", "a star produces light|b")]
    [InlineData("LEMMA,DEFINITION\na,\"x, y\"\nb,z\na,w\n", "x, y|w|z")]
    [InlineData("word\tgloss\na\tx\n", "x")]
    [InlineData("one, two\n\nthree\n", "one, two|three")]
    public void TheFormOfACorpus_IsToldByItsContent(string content, string texts)
    {
        Write(content);

        Assert.Equal(texts.Split('|'), CorpusFile.Read(_path));
    }

    [Fact]
    public void ACorpusOfNoKnownForm_IsRefused() =>
        Refused(() => CorpusFile.Read(_path), "line 1: 2 fields of no known corpus", "a\tb\n");

    [Fact]
    public void PublishedPairs_MayHoldQuotesAndFurtherFields()
    {
        Write(
            "pair_ID\tsentence_A\tsentence_B\tentailment_label\trelatedness_score\tentailment_AB\tSemEval_set\r\n"
                + "1\tA \"kid\" plays\tKids play\tNEUTRAL\t4.5\tA_neutral_B\tTRAIN\r\n"
        );
        Assert.Equal([new("A \"kid\" plays", "Kids play", 4.5)], TextPairFile.Read(_path));

        Write(
            "main-news\tMSRpar\t2012\t0\t3.8\t\"It is, he said.\tHe said: \"yes\"\nmain\tx\t2013\t1\t1\ta\tb\tlicence\turl\n"
        );
        Assert.Equal([new("\"It is, he said.", "He said: \"yes\"", 3.8), new("a", "b", 1)], TextPairFile.Read(_path));
    }

    private void Refused(Func<object> read, string message, string content)
    {
        Write(content);
        Assert.Contains($"{_path}, {message}", Assert.Throws<InvalidDataException>(read).Message);
    }

    private void Write(string content) => File.WriteAllText(_path, content);
}
