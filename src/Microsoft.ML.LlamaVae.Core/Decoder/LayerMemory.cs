using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>What stands in front of the text in one layer: rotated keys and values. Belongs to the scope it was made in.</summary>
/// <param name="Keys">[B, Hkv, P, Dh].</param>
/// <param name="Values">[B, Hkv, P, Dh].</param>
internal readonly record struct LayerMemory(Tensor Keys, Tensor Values);
