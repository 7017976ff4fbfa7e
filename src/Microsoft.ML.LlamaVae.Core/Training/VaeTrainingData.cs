using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The texts of a run: split, tokenised once for both halves, with what had to be left out counted; rows are places in what was given.</summary>
internal sealed record VaeTrainingData(
    IReadOnlyList<string> Training,
    IReadOnlyList<string> Validation,
    IReadOnlyList<int> TrainingRows,
    IReadOnlyList<int> ValidationRows,
    IReadOnlyList<int[]> EncoderTokens,
    IReadOnlyList<int[]> DecoderTokens,
    int Skipped,
    int Truncated
)
{
    /// <summary>Leaves unusable texts out, holds some back, tokenises the rest.</summary>
    /// <exception cref="ArgumentException">Nothing is left to learn from.</exception>
    public static VaeTrainingData Prepare(
        LatentEncoder encoder,
        LatentDecoder decoder,
        IEnumerable<string?> texts,
        TrainingOptions options
    )
    {
        var all = texts.ToArray();
        var usable = Enumerable.Range(0, all.Length).Where(row => !string.IsNullOrWhiteSpace(all[row])).ToArray();
        if (usable.Length == 0)
        {
            throw new ArgumentException(
                $"No usable text to learn from: all {all.Length} rows are null, empty or blank.",
                nameof(texts)
            );
        }

        new Random(Seeds.Derive(options.Seed, SeedStream.Split, 0)).Shuffle(usable);
        var held = Math.Min(options.MaxValidationExamples, (int)(usable.Length * options.ValidationFraction));
        var training = Array.ConvertAll(usable[held..], row => all[row]!);
        var heard = Array.ConvertAll(training, encoder.Tokenize);
        var said = Array.ConvertAll(training, decoder.Tokenize);
        return new VaeTrainingData(
            training,
            Array.ConvertAll(usable[..held], row => all[row]!),
            usable[held..],
            usable[..held],
            [.. heard.Select(tokens => tokens.Ids)],
            [.. said.Select(tokens => tokens.Ids)],
            all.Length - usable.Length,
            heard.Zip(said).Count(pair => pair.First.IsTruncated || pair.Second.IsTruncated)
        );
    }
}
