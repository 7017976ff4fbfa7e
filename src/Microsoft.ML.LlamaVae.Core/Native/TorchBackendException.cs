namespace Microsoft.ML.LlamaVae.Native;

/// <summary>libtorch is missing or cannot be loaded; the message names the cause and the remedy.</summary>
public sealed class TorchBackendException : Exception
{
    /// <summary>An error without a message.</summary>
    public TorchBackendException() { }

    /// <summary>An error whose message names cause and remedy.</summary>
    public TorchBackendException(string message)
        : base(message) { }

    /// <summary>An error whose message names cause and remedy.</summary>
    public TorchBackendException(string message, Exception innerException)
        : base(message, innerException) { }
}
