using System.Security.Cryptography;
using System.Text;
using TorchSharp.Modules;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>A digest of what a run is made of: options, learning parameters, examples.</summary>
internal static class RunFingerprint
{
    /// <summary>SHA-256 over the options, the parameters' names and shapes, and the examples in their order.</summary>
    public static string Of(
        string options,
        IEnumerable<(string Name, Parameter Value)> parameters,
        IEnumerable<string> examples
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var shapes = parameters.Select(p => $"{p.Name}[{string.Join(',', p.Value.shape)}]");
        foreach (var text in shapes.Prepend(options).Concat(examples))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
