using Microsoft.ML.LlamaVae.Benchmarks;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;

// Usage: [--rounds 9] [--only decode] [--tinyllama] [--json artifacts/benchmarks.json]
TorchBackend.EnsureLoaded();
torch.set_num_threads(1);
torch.set_num_interop_threads(1);
var rounds = int.Parse(Option("--rounds") ?? "9", System.Globalization.CultureInfo.InvariantCulture);
var only = Option("--only");
var rows = new List<Row>();
using (var limits = new Limits())
{
    if (Wants("decode"))
    {
        rows.AddRange(Decoding.Measure(DecoderShape.Small, limits, rounds, withPlain: true));
    }

    if (args.Contains("--tinyllama"))
    {
        rows.AddRange(Decoding.Measure(DecoderShape.TinyLlama, limits, rounds, withPlain: false));
    }
}

Report.Print(rows);
Report.Write(Option("--json") ?? "artifacts/benchmarks.json", rows);

bool Wants(string part) => only is null || only == part;

string? Option(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
