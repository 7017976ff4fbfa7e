namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>A vector register of float32 numbers.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* from);

    static abstract void Store(TVector vector, float* to);

    /// <summary>The same number in every lane.</summary>
    static abstract TVector Fill(float number);

    /// <summary>a ⊙ b + c, in one rounding where the machine has it.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);
}
