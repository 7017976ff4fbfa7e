using Microsoft.ML.LlamaVae.Native;
using TorchSharp;

namespace Microsoft.ML.LlamaVae.Tests.Native;

public sealed class TorchBackendTests
{
    [Fact]
    public void EnsureLoaded_MakesTensorsPossible()
    {
        TorchBackend.EnsureLoaded();

        using var ones = torch.ones(3);
        using var sum = ones.sum();

        Assert.Equal(3f, sum.item<float>());
    }

    [Fact]
    public void Weaken_LeavesAnImageAloneThatDoesNotNeedTheVersion()
    {
        var image = File.ReadAllBytes(typeof(torch).Assembly.Location);

        Assert.False(ElfVersionNeed.Weaken(image, "GLIBCXX_3.4.32"));
        Assert.Equal(File.ReadAllBytes(typeof(torch).Assembly.Location), image);
    }

    [Fact]
    public void Weaken_ChangesOneFlagOfTheShim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var shim = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)[0];
        var original = File.ReadAllBytes(shim);
        var weakened = (byte[])original.Clone();

        Assert.True(ElfVersionNeed.Weaken(weakened, "GLIBCXX_3.4.32"));

        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != weakened[i]).ToArray();
        var index = Assert.Single(changed);
        Assert.Equal(original[index] | 2, weakened[index]);
    }
}
