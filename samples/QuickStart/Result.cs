namespace QuickStart;

/// <summary>A gloss with what the pipeline adds to it.</summary>
internal sealed class Result : Gloss
{
    public float[] Latent { get; set; } = [];

    public string Reconstruction { get; set; } = "";

    public string Predicted { get; set; } = "";
}
