using System.Runtime.Intrinsics;
using Microsoft.ML.LlamaVae.Kernels;

namespace Microsoft.ML.LlamaVae.Tests.Kernels;

public sealed unsafe class PanelProductTests
{
    private const float Guard = 1234.5f;

    private static readonly Dictionary<string, PanelProduct> s_products = new(StringComparer.Ordinal)
    {
        ["128 bits"] = new PanelProduct<Lanes128, Vector128<float>>(6),
        ["256 bits"] = new PanelProduct<Lanes256, Vector256<float>>(6),
        ["512 bits"] = new PanelProduct<Lanes512, Vector512<float>>(12),
    };

    public static TheoryData<string> Registers => [.. s_products.Keys];

    [Theory]
    [MemberData(nameof(Registers))]
    public void TheProduct_IsThatOfTheTextbook_AndWritesNothingElse(string registers)
    {
        foreach (var (rows, depth, outputs) in Sizes())
        {
            var (product, random) = (s_products[registers], new Random(rows + depth + outputs));
            var (x, weight) = (Numbers(random, rows * depth), Numbers(random, outputs * depth));

            var y = Multiply(product, x, rows, depth, weight, outputs); // checks the guards

            for (var i = 0; i < rows * outputs; i++)
            {
                var (row, output) = (i / outputs, i % outputs);
                var expected = Enumerable
                    .Range(0, depth)
                    .Sum(k => (double)x[row * depth + k] * weight[output * depth + k]);
                Assert.InRange(y[row][output] - expected, -1e-4, 1e-4);
            }

            Assert.All(y, row => Assert.All(row[outputs..], number => Assert.Equal(0, number)));
        }
    }

    [Theory]
    [MemberData(nameof(Registers))]
    public void ARow_HasTheSameBits_WhateverIsBesideIt(string registers)
    {
        var (product, random) = (s_products[registers], new Random(1));
        const int depth = 150;
        const int outputs = 70;
        var (x, weight) = (Numbers(random, 120 * depth), Numbers(random, outputs * depth));
        var alone = Enumerable
            .Range(0, 120)
            .Select(row => Multiply(product, x[(row * depth)..((row + 1) * depth)], 1, depth, weight, outputs)[0])
            .ToArray();

        foreach (var rows in new[] { 2, 7, 12, 13, 40, 97, 120 })
        {
            var together = Multiply(product, x[..(rows * depth)], rows, depth, weight, outputs);
            for (var row = 0; row < rows; row++)
            {
                Assert.Equal(alone[row], together[row]);
            }
        }
    }

    [Fact]
    public void Threads_ThatShareAProduct_ChangeNoBit()
    {
        var random = new Random(2);
        const int rows = 100;
        const int depth = 800; // two blocks
        const int outputs = 500;
        var (x, weight) = (Numbers(random, rows * depth), Numbers(random, outputs * depth));
        var alone = Multiply(PanelProduct.Widest, x, rows, depth, weight, outputs);

        foreach (var threads in new[] { 2, 3, 8 })
        {
            Assert.Equal(alone, Multiply(PanelProduct.Widest, x, rows, depth, weight, outputs, threads));
        }
    }

    private static IEnumerable<(int Rows, int Depth, int Outputs)> Sizes()
    {
        foreach (var rows in Enumerable.Range(1, 14).Concat([25, 96, 97, 193]))
        {
            yield return (rows, 1, 1);
            yield return (rows, 7, 33);
            yield return (rows, 150, 64);
        }
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];

    // x [rows, depth], weight [outputs, depth] → rows of y, rounded up to whole panels
    private static float[][] Multiply(
        PanelProduct product,
        float[] x,
        int rows,
        int depth,
        float[] weight,
        int outputs,
        int threads = 1
    )
    {
        var (width, padded) = (product.Width, product.Pad(outputs));
        var panels = new float[padded * depth];
        for (var i = 0; i < weight.Length; i++)
        {
            var (output, k) = (i / depth, i % depth);
            panels[(output / width * depth + k) * width + output % width] = weight[i];
        }

        var y = Guarded(rows * padded);
        var scratch = Guarded(Math.Min(rows, PanelProduct.BlockRows) * depth);
        fixed (
            float* from = x,
                matrix = panels,
                to = y,
                room = scratch
        )
        {
            product.Multiply(
                new Rows(from, rows, depth),
                new Panels(matrix, padded / width, depth, (nint)depth * width),
                new Rows(to + 1, rows, padded),
                room + 1,
                null,
                threads
            );
        }

        Assert.Equal((Guard, Guard), (y[0], y[^1]));
        Assert.Equal((Guard, Guard), (scratch[0], scratch[^1]));
        return [.. y[1..^1].Chunk(padded)];
    }

    private static float[] Guarded(int count)
    {
        var numbers = new float[count + 2];
        (numbers[0], numbers[^1]) = (Guard, Guard);
        return numbers;
    }
}
