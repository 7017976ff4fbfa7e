using Microsoft.ML.LlamaVae.Generation;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

public sealed class GenerationOptionsTests
{
    public static TheoryData<GenerationOptions, string> Wrong =>
        new()
        {
            {
                new() { MaxTokens = 0 },
                "MaxTokens must be at least 1; got 0. (Parameter 'MaxTokens')"
            },
            {
                new() { Temperature = -0.5 },
                "Temperature must be 0 (greedy) or a finite number above; got -0.5. (Parameter 'Temperature')"
            },
            {
                new() { Temperature = double.NaN },
                "Temperature must be 0 (greedy) or a finite number above; got NaN. (Parameter 'Temperature')"
            },
            {
                new() { Temperature = double.PositiveInfinity },
                "Temperature must be 0 (greedy) or a finite number above; got Infinity. (Parameter 'Temperature')"
            },
            {
                new() { TopK = -1 },
                "TopK must be 0 (all tokens) or more; got -1. (Parameter 'TopK')"
            },
            {
                new() { TopP = 0 },
                "TopP must be above 0 and at most 1 (all tokens); got 0. (Parameter 'TopP')"
            },
            {
                new() { TopP = 1.1 },
                "TopP must be above 0 and at most 1 (all tokens); got 1.1. (Parameter 'TopP')"
            },
            {
                new() { TopP = double.NaN },
                "TopP must be above 0 and at most 1 (all tokens); got NaN. (Parameter 'TopP')"
            },
            {
                new() { RepetitionPenalty = 0 },
                "RepetitionPenalty must be a finite number above 0 (1 for none); got 0. (Parameter 'RepetitionPenalty')"
            },
        };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Validate_NamesTheValueItsRangeAndWhatItGot(GenerationOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(options.Validate).Message);

    [Fact]
    public void TheDefaults_AreValid_AndGreedy()
    {
        var options = new GenerationOptions();

        options.Validate();

        Assert.Equal(0, options.Temperature);
        Assert.Equal(64, options.MaxTokens);
    }
}
