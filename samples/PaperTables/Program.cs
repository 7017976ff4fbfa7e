// Trains LlamaVAE, Optimus, an LSTM β-VAE, a plain and a denoising autoencoder at equal parameter count, latent size, data and
// steps, evaluates them alike, and writes the tables of the paper as Markdown, CSV and HTML.
using System.CommandLine;
using PaperTables;

var data = new Option<FileInfo?>("--data")
{
    Description = "A file of lines CATEGORY<tab>TEXT under a header line; the sample glosses by default.",
};
var texts = Number("--texts", "Training texts.", 12_000);
var held = Number("--held-out", "Held-out texts.", 300);
var epochs = Number("--epochs", "Passes over the texts.", 1);
var seeds = Number("--seeds", "Runs of each model.", 1);
var latent = Number("--latent-size", "D.", 32);
var definitions = Number(
    "--definitions",
    "Pairs of the sample definitions that an Invertible CVAE is fitted to; 0 leaves definition modelling out.",
    4_000
);
var pairs = new Option<FileInfo[]>("--pairs")
{
    AllowMultipleArgumentsPerToken = true,
    Description = "Files of scored text pairs: STS-B, SICK, or TEXT<tab>TEXT<tab>SCORE.",
};
var probing = new Option<FileInfo[]>("--probing")
{
    AllowMultipleArgumentsPerToken = true,
    Description = "Files of probing tasks in SentEval's format; the categories of the texts are a task besides.",
};
var only = new Option<string[]>("--only")
{
    AllowMultipleArgumentsPerToken = true,
    Description = "Names of models; all by default.",
};
var output = new Option<DirectoryInfo?>("--output")
{
    Description = "The folder of the tables; artifacts/paper-tables by default.",
};

var root = new RootCommand("The comparison of the paper at a scale that runs here; the defaults are the quick mode.")
{
    data,
    texts,
    held,
    epochs,
    seeds,
    latent,
    definitions,
    pairs,
    probing,
    only,
    output,
};
root.SetAction(line =>
    Comparison.Run(
        new Settings
        {
            Data = line.GetValue(data),
            Texts = line.GetValue(texts),
            HeldOut = line.GetValue(held),
            Epochs = line.GetValue(epochs),
            Seeds = line.GetValue(seeds),
            LatentSize = line.GetValue(latent),
            Definitions = line.GetValue(definitions),
            Pairs = line.GetValue(pairs) ?? [],
            Probing = line.GetValue(probing) ?? [],
            Only = line.GetValue(only) ?? [],
            Output = line.GetValue(output),
        },
        $"dotnet run -c Release --project samples/PaperTables -- {string.Join(' ', args)}".TrimEnd(' ', '-')
    )
);
return root.Parse(args).Invoke();

static Option<int> Number(string name, string description, int value) =>
    new(name) { Description = description, DefaultValueFactory = _ => value };
