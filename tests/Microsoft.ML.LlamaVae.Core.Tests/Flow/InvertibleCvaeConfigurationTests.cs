using Microsoft.ML.LlamaVae.Flow;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

public sealed class InvertibleCvaeConfigurationTests
{
    private static readonly InvertibleCvaeConfiguration s_configuration = new() { LatentSize = 4, ConditionSize = 3 };

    [Fact]
    public void Json_RoundTripsEveryValue()
    {
        var configuration = new InvertibleCvaeConfiguration
        {
            LatentSize = 4,
            ConditionSize = 4,
            Blocks = 7,
            PriorMean = PriorMean.Identity,
            ConditionCouplings = true,
            Mixing = FlowMixing.InvertibleLinear,
            HiddenSize = 33,
            ScaleClamp = 1.25,
        };

        Assert.Equal(configuration, InvertibleCvaeConfiguration.FromJson(configuration.ToJson()));
        Assert.Contains("InvertibleLinear", configuration.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "LatentSize")]
    [InlineData("null", "null")]
    [InlineData("{\"LatentSize\":4,\"ConditionSize\":3,\"Depth\":2}", "Depth")]
    [InlineData("{\"LatentSize\":0,\"ConditionSize\":3}", "LatentSize")]
    [InlineData("{\"LatentSize\":4,\"ConditionSize\":3,\"Mixing\":\"Stir\"}", "Mixing")]
    public void Json_IsRefused_NamingWhatIsWrong(string json, string named)
    {
        var error = Assert.Throws<InvalidDataException>(() => InvertibleCvaeConfiguration.FromJson(json));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_RefusesWhatIsOutOfRange()
    {
        Refused<ArgumentOutOfRangeException>(s_configuration with { LatentSize = 0 }, "LatentSize");
        Refused<ArgumentOutOfRangeException>(s_configuration with { ConditionSize = 0 }, "ConditionSize");
        Refused<ArgumentOutOfRangeException>(s_configuration with { Blocks = -1 }, "Blocks");
        Refused<ArgumentOutOfRangeException>(s_configuration with { HiddenSize = 0 }, "HiddenSize");
        Refused<ArgumentOutOfRangeException>(s_configuration with { ScaleClamp = 0 }, "ScaleClamp");
        Refused<ArgumentOutOfRangeException>(s_configuration with { ScaleClamp = double.NaN }, "ScaleClamp");
        Refused<ArgumentOutOfRangeException>(s_configuration with { PriorMean = (PriorMean)9 }, "PriorMean");
        Refused<ArgumentOutOfRangeException>(s_configuration with { Mixing = (FlowMixing)9 }, "Mixing");
    }

    [Fact]
    public void Validate_SaysWhatToChange_WhereTwoValuesDoNotFit()
    {
        Refused<ArgumentException>(
            s_configuration with
            {
                PriorMean = PriorMean.Identity,
            },
            "ConditionSize is 3, LatentSize 4. Use PriorMean.Linear."
        );
        Refused<ArgumentException>(
            s_configuration with
            {
                LatentSize = 1,
            },
            "Set Blocks to 0 or ConditionCouplings to true."
        );
    }

    private static void Refused<T>(InvertibleCvaeConfiguration configuration, string message)
        where T : ArgumentException =>
        Assert.Contains(message, Assert.Throws<T>(configuration.Validate).Message, StringComparison.Ordinal);
}
