using Microsoft.ML.LlamaVae.Checkpoints;

namespace Microsoft.ML.LlamaVae.Tests.Checkpoints;

public sealed class ConfigJsonTests
{
    private static readonly ConfigJson s_config = ConfigJson.Parse(
        """{"int":7,"text":"x","real":1e-6,"yes":true,"nothing":null,"list":[1,2],"within":{"a":1},"huge":1e30}""",
        "dir/config.json"
    );

    [Fact]
    public void Values_AreRead()
    {
        Assert.Equal(7, s_config.Int("int"));
        Assert.Equal(1e-6, s_config.Double("real", 0));
        Assert.Equal(7, s_config.Double("int", 0));
        Assert.True(s_config.Bool("yes", false));
        Assert.Equal("x", s_config.String("text", ""));
        Assert.Equal([1, 2], s_config.Ints("list"));
        Assert.Equal([7], s_config.Ints("int"));
        Assert.Equal(1, s_config.Object("within")!.Int("a"));
        Assert.Equal(["yes"], s_config.TrueKeys());
    }

    [Fact]
    public void MissingAndNull_AreTheDefault()
    {
        Assert.Equal(3, s_config.Int("absent", 3));
        Assert.Equal(3, s_config.Int("nothing", 3));
        Assert.Empty(s_config.Ints("nothing"));
        Assert.Null(s_config.Object("nothing"));
        Assert.False(s_config.Has("nothing"));
    }

    [Fact]
    public void Errors_NameFileKeyAndValue()
    {
        Expect(() => s_config.Int("absent"), "the key 'absent' is missing; expected an integer.");
        Expect(() => s_config.Int("nothing"), "the key 'nothing' is missing; expected an integer.");
        Expect(() => s_config.Int("text"), "'text' is \"x\"; expected an integer.");
        Expect(() => s_config.Int("real"), "'real' is 1e-6; expected an integer.");
        Expect(() => s_config.Int("huge"), "'huge' is 1e30; expected an integer.");
        Expect(() => s_config.Bool("int", false), "'int' is 7; expected true or false.");
        Expect(() => s_config.String("int", ""), "'int' is 7; expected a string.");
        Expect(() => s_config.Ints("within"), "'within' is {\"a\":1}; expected an integer or a list of them.");
        Expect(() => s_config.Object("text"), "'text' is \"x\"; expected an object.");
        Expect(() => s_config.Strings("within"), "'within' is {\"a\":1}; expected an object of strings.");
    }

    [Theory]
    [InlineData("", "is not valid JSON")]
    [InlineData("{\"a\":Infinity}", "is not valid JSON")]
    [InlineData("7", "must hold a JSON object; it holds a Number")]
    public void Parse_SaysWhatIsWrong(string json, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => ConfigJson.Parse(json, "dir/config.json"));

        Assert.StartsWith($"'dir/config.json' {expected}", error.Message, StringComparison.Ordinal);
    }

    private static void Expect(Func<object?> read, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => read());
        Assert.Equal($"'dir/config.json': {message}", error.Message);
    }
}
