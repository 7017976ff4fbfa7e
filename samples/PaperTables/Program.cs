// Trains LlamaVAE, Optimus, an LSTM β-VAE, a plain and a denoising autoencoder at equal parameter count, latent size, data and
// steps, evaluates them on held-out texts, and writes the tables as Markdown and CSV.
using System.CommandLine;
using PaperTables;

var data = new Option<FileInfo?>("--data")
{
    Description = "A file of lines CATEGORY<tab>TEXT under a header line; the sample glosses by default.",
};
var texts = new Option<int>("--texts") { Description = "Training texts.", DefaultValueFactory = _ => 12_000 };
var held = new Option<int>("--held-out") { Description = "Held-out texts.", DefaultValueFactory = _ => 500 };
var epochs = new Option<int>("--epochs") { Description = "Passes over the texts.", DefaultValueFactory = _ => 2 };
var seeds = new Option<int>("--seeds") { Description = "Runs of each model.", DefaultValueFactory = _ => 1 };
var latent = new Option<int>("--latent-size") { Description = "D.", DefaultValueFactory = _ => 32 };
var only = new Option<string[]>("--only") { Description = "Names of models; all by default." };
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
    only,
    output,
};
root.SetAction(line =>
    Comparison.Run(
        new Settings(
            line.GetValue(data)?.FullName,
            line.GetValue(texts),
            line.GetValue(held),
            line.GetValue(epochs),
            line.GetValue(seeds),
            line.GetValue(latent),
            line.GetValue(only) ?? [],
            line.GetValue(output)?.FullName
        ),
        $"dotnet run -c Release --project samples/PaperTables -- {string.Join(' ', args)}".TrimEnd(' ', '-')
    )
);
return root.Parse(args).Invoke();
