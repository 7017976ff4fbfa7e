namespace Microsoft.ML.LlamaVae;

/// <summary>Finds the inner widths that give a model a wished number of parameters.</summary>
internal static class ParameterBudget
{
    private const double Smallest = 1e-3;
    private const int Halvings = 30;

    /// <summary>Brackets the factor of all inner widths by doubling, then bisects it: the count grows with it.</summary>
    public static LlamaVaeConfiguration Fit(LlamaVaeConfiguration configuration, long parameters)
    {
        var (below, above) = (1.0, 1.0);
        while (below > Smallest && Count(Scale(configuration, below)) > parameters)
        {
            below /= 2;
        }

        while (Count(Scale(configuration, above)) < parameters)
        {
            above *= 2;
        }

        for (var i = 0; i < Halvings && Scale(configuration, below) != Scale(configuration, above); i++)
        {
            var middle = (below + above) / 2;
            (below, above) = Count(Scale(configuration, middle)) < parameters ? (middle, above) : (below, middle);
        }

        return new[] { Scale(configuration, below), Scale(configuration, above) }.MinBy(fit =>
            Math.Abs(Count(fit) - parameters)
        )!;
    }

    private static LlamaVaeConfiguration Scale(LlamaVaeConfiguration configuration, double factor) =>
        configuration with
        {
            Encoder = configuration.Encoder.Scaled(factor),
            Decoder = configuration.Decoder.Scaled(factor),
        };

    private static long Count(LlamaVaeConfiguration configuration)
    {
        using var model = LlamaVaeBuilder.BuildUnset(configuration);
        return model.ParameterCount;
    }
}
