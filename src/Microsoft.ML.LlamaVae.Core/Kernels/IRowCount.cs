namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>A number of rows that the compiler knows: one body of code becomes one loop without branches for each.</summary>
internal interface IRowCount
{
    static abstract int Count { get; }
}
