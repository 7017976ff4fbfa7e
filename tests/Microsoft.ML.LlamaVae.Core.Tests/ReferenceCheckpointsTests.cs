namespace Microsoft.ML.LlamaVae.Tests;

public sealed class ReferenceCheckpointsTests
{
    [Fact]
    public void Under_FindsCheckpointsAtAnyDepth()
    {
        using var folder = new TemporaryFolder();
        Checkpoint(folder["a/b"], "t5");
        Checkpoint(folder["c"], "llama");

        Assert.Equal(
            [(folder[Path.Combine("a", "b")], "t5"), (folder["c"], "llama")],
            ReferenceCheckpoints.Under(folder.FullName)
        );
    }

    [Fact]
    public void Under_Fails_WhereThereIsNoCheckpoint()
    {
        using var folder = new TemporaryFolder();
        folder.With("config.json", () => """{"model_type":"t5"}""");

        Assert.Throws<InvalidOperationException>(() => ReferenceCheckpoints.Under(folder.FullName));
    }

    [Fact]
    public void Under_Fails_WhereACheckpointWouldBePassedOver()
    {
        using var folder = new TemporaryFolder();
        Checkpoint(folder["a"], "mistral");

        Assert.Throws<InvalidOperationException>(() => ReferenceCheckpoints.Under(folder.FullName));
    }

    private static void Checkpoint(string folder, string type)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "expected.safetensors"), "");
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""{"model_type":"{{type}}"}""");
    }
}
