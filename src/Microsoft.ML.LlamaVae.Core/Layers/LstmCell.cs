using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>The state of an LSTM layer. Belongs to the scope it was made in.</summary>
/// <param name="Hidden">h [B, H].</param>
/// <param name="Cell">c [B, H].</param>
internal readonly record struct LstmCell(Tensor Hidden, Tensor Cell)
{
    /// <summary>Zeros, of the type and device of a tensor.</summary>
    public static LstmCell Zero(long batch, int size, Tensor like) =>
        new(like.new_zeros(batch, size), like.new_zeros(batch, size));
}
