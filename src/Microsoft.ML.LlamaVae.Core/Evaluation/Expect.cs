namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The checks that the metrics share; each error says what was expected, what came, and what to do.</summary>
internal static class Expect
{
    /// <summary>Two lists that go row by row have the same length.</summary>
    public static void SameCount(int expected, int got, string expectedName, string gotName)
    {
        if (expected != got)
        {
            throw new ArgumentException(
                $"{gotName} has {got} values; {expectedName} has {expected}. Both need the same number.",
                gotName
            );
        }
    }

    /// <summary>At least one row, each with the same number of values.</summary>
    /// <returns>The number of values of a row.</returns>
    public static int Rectangular<T>(IReadOnlyList<T[]> rows, string name)
    {
        ArgumentNullException.ThrowIfNull(rows, name);
        if (rows.Count == 0 || rows[0].Length == 0)
        {
            throw new ArgumentException($"{name} is empty; expected at least one row with at least one value.", name);
        }

        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i].Length != rows[0].Length)
            {
                throw new ArgumentException(
                    $"Row {i} of {name} has {rows[i].Length} values; row 0 has {rows[0].Length}. All rows need the same number.",
                    name
                );
            }
        }

        return rows[0].Length;
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static void AtLeast(int least, int got, string name)
    {
        if (got < least)
        {
            throw new ArgumentOutOfRangeException(name, got, $"{name} is {got}; expected {least} or more.");
        }
    }

    /// <summary>Enough texts, none of them blank.</summary>
    public static void Texts(IReadOnlyList<string> texts, int least)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count < least)
        {
            throw new ArgumentException($"texts holds {texts.Count}; expected {least} or more.", nameof(texts));
        }

        for (var i = 0; i < texts.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(texts[i]))
            {
                throw new ArgumentException($"texts[{i}] is blank; leave blank texts out.", nameof(texts));
            }
        }
    }

    /// <summary>A finite number of 0 or more.</summary>
    public static void NonNegative(double got, string name)
    {
        if (!(got >= 0 && double.IsFinite(got)))
        {
            throw new ArgumentOutOfRangeException(name, got, $"{name} is {got}; expected a finite value of 0 or more.");
        }
    }

    /// <summary>A share strictly between 0 and 1.</summary>
    public static void OpenUnitInterval(double got, string name)
    {
        if (!(got > 0 && got < 1))
        {
            throw new ArgumentOutOfRangeException(name, got, $"{name} is {got}; expected a value between 0 and 1.");
        }
    }
}
