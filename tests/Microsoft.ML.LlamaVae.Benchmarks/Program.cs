using System.CommandLine;
using Microsoft.ML.LlamaVae.Benchmarks;
using Microsoft.ML.LlamaVae.Benchmarks.Gpu;
using Microsoft.ML.LlamaVae.Benchmarks.LlamaCpp;
using Microsoft.ML.LlamaVae.Benchmarks.Parts;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;

if (args is ["child", var what, var folder])
{
    Loading.Run(what, folder);
    return 0;
}

var benchmarks = new Dictionary<string, Func<Request, IReadOnlyList<Row>>>(StringComparer.Ordinal)
{
    ["decode"] = request => Decoding.Measure(DecoderShape.Small, request.Rounds, withPlain: true),
    ["tinyllama"] = request => Decoding.Measure(DecoderShape.TinyLlama, request.Rounds, withPlain: false),
    ["generate"] = request => Generating.Measure(request.Rounds),
    ["encode"] = request => Encoding.Measure(request.Rounds),
    ["train"] = request => Learning.Measure(request.Rounds),
    ["flow"] = request => Flowing.Measure(request.Rounds),
    ["load"] = _ => Loading.Measure(),
};

// The parts one by one, which BenchmarkDotNet runs; more than one thread; the others need more than this repository: node-llama-cpp, a GPU.
var others = new Dictionary<string, Func<Request, IReadOnlyList<Row>>>(StringComparer.Ordinal)
{
    ["parts"] = request => PartBenchmarks.Measure(request.Rounds, request.Filters),
    ["threads"] = request => Threading.Measure(request.Rounds),
    ["llama.cpp"] = request => AgainstLlamaCpp.Measure(request.Rounds),
    ["gpu"] = request => GpuTable.Measure(Machine.First(), DecoderShape.Small, request.Rounds),
    ["gpu-tinyllama"] = request => GpuTable.Measure(Machine.First(), DecoderShape.TinyLlama, request.Rounds),
    ["gpu-rehearsal"] = request => GpuTable.Measure(Machine.Rehearsal(), DecoderShape.Rehearsal, request.Rounds),
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
var filter = new Option<string[]>("--filter")
{
    Description = "Which of the parts, as patterns of BenchmarkDotNet: *Products* for example.",
    DefaultValueFactory = _ => ["*"],
    AllowMultipleArgumentsPerToken = true,
};
var command = new RootCommand(
    "Times the library against the limits of the machine and against its alternatives, on one thread."
)
{
    names,
    rounds,
    filter,
    json,
};
command.SetAction(parsed =>
{
    TorchBackend.EnsureLoaded();
    torch.set_num_threads(1);
    torch.set_num_interop_threads(1);
    var request = new Request(parsed.GetValue(rounds), parsed.GetValue(filter)!);
    Row[] rows =
    [
        .. parsed.GetValue(names)!.SelectMany(name => (benchmarks.GetValueOrDefault(name) ?? others[name])(request)),
    ];
    Report.Print(rows);
    Report.Write(parsed.GetValue(json)!, rows);
});
return command.Parse(args).Invoke();
