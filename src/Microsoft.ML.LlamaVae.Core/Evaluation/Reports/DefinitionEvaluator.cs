namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures generated definitions against all reference definitions of their words.</summary>
public static class DefinitionEvaluator
{
    /// <summary>Scores each word and the whole list.</summary>
    /// <param name="words">At least one.</param>
    /// <param name="unknownWords">How many further words have no definition because the system doesn't know them: told, and in no score.</param>
    /// <exception cref="ArgumentException">
    /// There is no word; a word has no reference, another number of reference latents or densities than references, latents of
    /// another size, or densities without a latent that says the size.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static DefinitionReport Evaluate(IReadOnlyList<DefinedWord> words, int unknownWords = 0)
    {
        ArgumentNullException.ThrowIfNull(words);
        Expect.AtLeast(0, unknownWords, nameof(unknownWords));
        if (words.Count == 0)
        {
            throw new ArgumentException("words is empty; expected at least one word.", nameof(words));
        }

        DefinitionScore[] scores = [.. words.Select(Score)];
        IReadOnlyList<string>[] references = [.. words.Select(word => word.References)];
        var cosines = scores.Select(score => score.LatentCosine).OfType<double>().ToArray();
        double[] nats = [.. words.Where(word => word.LogDensities is not null).SelectMany(NatsPerDimension)];
        return new DefinitionReport(
            Bleu.Corpus([.. words.Select(word => word.Generated)], references).Score,
            scores.Average(score => score.RougeL),
            cosines.Length > 0 ? cosines.Average() : null,
            nats.Length > 0 ? nats.Average() : null,
            scores,
            unknownWords
        );
    }

    private static DefinitionScore Score(DefinedWord word)
    {
        Check(word);
        return new DefinitionScore(
            word,
            Bleu.Sentence(word.Generated, word.References).Score,
            RougeL.Sentence(word.Generated, word.References).F1,
            Cosine(word),
            word.LogDensities is null ? null : NatsPerDimension(word).Average()
        );
    }

    // The best of the references, as in BLEU and ROUGE-L; no value where a latent is missing or has no direction.
    private static double? Cosine(DefinedWord word)
    {
        if (word.Latent is not { } latent || word.ReferenceLatents is not { } references)
        {
            return null;
        }

        var best = references.Select(reference => VectorMeasure.Cosine(latent, reference)).Max(); // Max passes over NaN
        return double.IsNaN(best) ? null : best;
    }

    // −log p(z|word) / D
    private static IEnumerable<double> NatsPerDimension(DefinedWord word)
    {
        var size = LatentSize(word)!.Value;
        return word.LogDensities!.Select(logDensity => -logDensity / size);
    }

    private static int? LatentSize(DefinedWord word) => word.Latent?.Length ?? word.ReferenceLatents?[0].Length;

    private static void Check(DefinedWord word)
    {
        var references = word.References.Count;
        if (references == 0)
        {
            throw Wrong(word, "no reference definition; expected one or more");
        }

        if (word.ReferenceLatents is { } latents && latents.Count != references)
        {
            throw Wrong(
                word,
                $"{latents.Count} reference latents; expected one for each of its {references} references"
            );
        }

        if (word.LogDensities is { } densities && densities.Count != references)
        {
            throw Wrong(word, $"{densities.Count} log-densities; expected one for each of its {references} references");
        }

        var size = LatentSize(word);
        if (word.LogDensities is not null && size is null)
        {
            throw Wrong(
                word,
                "log-densities but no latent, which says the number of dimensions; give Latent or ReferenceLatents"
            );
        }

        if (word.ReferenceLatents?.FirstOrDefault(latent => latent.Length != size) is { } other)
        {
            throw Wrong(
                word,
                $"a reference latent of {other.Length} dimensions and one of {size}; expected latents of one model"
            );
        }
    }

    private static ArgumentException Wrong(DefinedWord word, string what) => new($"The word '{word.Word}' has {what}.");
}
