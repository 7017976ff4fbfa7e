namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>The checkpoint folder that a part's weights came from.</summary>
/// <param name="Folder">The folder.</param>
internal sealed record Backbone(string Folder)
{
    /// <summary>Training has changed the weights: the folder doesn't stand for them any more.</summary>
    public bool IsChanged { get; init; }
}
