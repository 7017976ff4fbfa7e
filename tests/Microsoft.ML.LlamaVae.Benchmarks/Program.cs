using System.CommandLine;
using Microsoft.ML.LlamaVae.Benchmarks;
using Microsoft.ML.LlamaVae.Benchmarks.Gpu;
using Microsoft.ML.LlamaVae.Benchmarks.LlamaCpp;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;

if (args is ["child", var what, var folder])
{
    Loading.Run(what, folder);
    return 0;
}

var benchmarks = new Dictionary<string, Func<int, IReadOnlyList<Row>>>(StringComparer.Ordinal)
{
    ["decode"] = rounds => Decoding.Measure(DecoderShape.Small, rounds, withPlain: true),
    ["tinyllama"] = rounds => Decoding.Measure(DecoderShape.TinyLlama, rounds, withPlain: false),
    ["generate"] = rounds => Generating.Measure(rounds),
    ["encode"] = rounds => Encoding.Measure(rounds),
    ["train"] = rounds => Learning.Measure(rounds),
    ["load"] = _ => Loading.Measure(),
};

// These need more than this repository: node-llama-cpp, a GPU.
var others = new Dictionary<string, Func<int, IReadOnlyList<Row>>>(StringComparer.Ordinal)
{
    ["llama.cpp"] = rounds => AgainstLlamaCpp.Measure(rounds),
    ["gpu"] = rounds => GpuTable.Measure(Machine.First(), DecoderShape.Small, rounds),
    ["gpu-tinyllama"] = rounds => GpuTable.Measure(Machine.First(), DecoderShape.TinyLlama, rounds),
    ["gpu-rehearsal"] = rounds => GpuTable.Measure(Machine.Rehearsal(), DecoderShape.Rehearsal, rounds),
};
string[] all = [.. benchmarks.Keys, .. others.Keys];

var names = new Argument<string[]>("benchmarks")
{
    Description =
        $"Which to run: {string.Join(", ", benchmarks.Keys)} by default; {string.Join(", ", others.Keys)} by name alone.",
    DefaultValueFactory = _ => [.. benchmarks.Keys],
};
names.AcceptOnlyFromAmong(all);
var rounds = new Option<int>("--rounds")
{
    Description = "Rounds that count; medians are taken over them.",
    DefaultValueFactory = _ => 7,
};
var json = new Option<string>("--json")
{
    Description = "Where the figures go.",
    DefaultValueFactory = _ => "artifacts/benchmarks.json",
};
var command = new RootCommand(
    "Times the library against the limits of the machine and against its alternatives, on one thread."
)
{
    names,
    rounds,
    json,
};
command.SetAction(parsed =>
{
    TorchBackend.EnsureLoaded();
    torch.set_num_threads(1);
    torch.set_num_interop_threads(1);
    Row[] rows =
    [
        .. parsed
            .GetValue(names)!
            .SelectMany(name => (benchmarks.GetValueOrDefault(name) ?? others[name])(parsed.GetValue(rounds))),
    ];
    Report.Print(rows);
    Report.Write(parsed.GetValue(json)!, rows);
});
return command.Parse(args).Invoke();
