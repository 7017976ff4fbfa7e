using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Counts rows that something is wrong with, and says so once in <c>MLContext.Log</c>.</summary>
internal sealed class RowWarning(IHost host, string message)
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            using var channel = host.Start("Mapping");
            channel.Warning(MessageSensitivity.None, message);
        }
    }
}
