using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The texts of a run: split, tokenised once for both halves, with what had to be left out counted.</summary>
internal sealed record VaeTrainingData(
    IReadOnlyList<string> Training,
    IReadOnlyList<string> Validation,
    IReadOnlyList<int[]> EncoderTokens,
    IReadOnlyList<int[]> DecoderTokens,
    int Skipped,
    int Truncated
)
{
    /// <summary>Leaves unusable texts out, holds some back, tokenises the rest.</summary>
    /// <exception cref="ArgumentException">Nothing is left to learn from.</exception>
    public static VaeTrainingData Prepare(LlamaVaeModel model, IEnumerable<string?> texts, TrainingOptions options)
    {
        var all = texts.ToArray();
        var usable = all.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!).ToArray();
        if (usable.Length == 0)
        {
            throw new ArgumentException(
                $"No usable text to learn from: all {all.Length} rows are null, empty or blank.",
                nameof(texts)
            );
        }

        new Random(Seeds.Derive(options.Seed, SeedStream.Split, 0)).Shuffle(usable);
        var held = Math.Min(options.MaxValidationExamples, (int)(usable.Length * options.ValidationFraction));
        var training = usable[held..];
        var encoder = training.Select(model.Encoder.Tokenize).ToArray();
        var decoder = training.Select(model.Decoder.Tokenize).ToArray();
        return new VaeTrainingData(
            training,
            usable[..held],
            [.. encoder.Select(tokens => tokens.Ids)],
            [.. decoder.Select(tokens => tokens.Ids)],
            all.Length - usable.Length,
            encoder.Zip(decoder).Count(pair => pair.First.IsTruncated || pair.Second.IsTruncated)
        );
    }
}
