namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Linear warm-up, a plateau, then a cosine down to a part of the highest rate.</summary>
internal static class LearningRateSchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="options">The shape.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">In total.</param>
    public static double At(TrainingOptions options, int step, int steps)
    {
        var warmupSteps = Math.Min(options.WarmupSteps, steps);
        var warmup = warmupSteps == 0 ? 1 : Math.Min(1, (step + 1) / (double)warmupSteps);
        var start = Math.Max(options.CosineStart, warmupSteps / (double)steps);
        var fall = start < 1 ? Math.Clamp((step / (double)steps - start) / (1 - start), 0, 1) : 0;
        var cosine = options.FinalLearningRate + (1 - options.FinalLearningRate) * (1 + Math.Cos(Math.PI * fall)) / 2;
        return options.LearningRate * warmup * cosine;
    }
}
