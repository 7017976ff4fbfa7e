// Trains LlamaVAE, Optimus, an LSTM β-VAE, a plain and a denoising autoencoder at equal parameter count, latent size, data and
// steps, evaluates them alike, and writes the tables of the paper as Markdown, CSV and HTML. The same command goes on where
// it was stopped.
using System.CommandLine;
using PaperTables;

const int Interrupted = 130; // as shells have it

var data = new Option<FileInfo?>("--data")
{
    Description = "A file of lines CATEGORY<tab>TEXT under a header line; the sample glosses by default.",
};
var texts = Number("--texts", "Training texts.", 12_000);
var held = Number("--held-out", "Held-out texts.", 300);
var epochs = Number("--epochs", "Passes over the texts.", 1);
var seeds = Number("--seeds", "Runs of each model.", 1);
var latent = Number("--latent-size", "D.", 32);
var tokens = Number("--max-tokens", "Longer texts are cut to this many tokens.", 32);
var definitions = Number(
    "--definitions",
    "Pairs of a word and a definition that an Invertible CVAE is fitted to; 0 leaves definition modelling out.",
    4_000
);
var dictionary = new Option<FileInfo?>("--definition-file")
{
    Description =
        "A dictionary for definition modelling: a header with 'word' or 'lemma' and 'gloss' or 'definition', with tabs or as CSV, or "
        + "WORD<tab>DEFINITION; the sample definitions by default. --held-out words are held out; words without an embedding "
        + "(GloVe, 8,000 words) are left out and counted.",
};
var corpora = new Option<string[]>("--corpora")
{
    AllowMultipleArgumentsPerToken = true,
    Description =
        "Files, or NAME=FILE, of further corpora; all models are trained on each alone, in as many passes as show about as many "
        + "texts. The first line tells the form: a heading ' = Title = ' is WikiText; a header with a word and a definition is a "
        + "dictionary; a header with 'Sentence' is WorldTree; without tabs each line is a text.",
};
var ablations = new Option<bool>("--ablations")
{
    Description = "Models that differ from LlamaVAE or Optimus in one thing run too, for a table of their own.",
};
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
    Description = "Names of models; all by default. 'LlamaVAE, BERT encoder' and such with --ablations.",
};
var output = new Option<DirectoryInfo?>("--output")
{
    Description = "The folder of the tables; artifacts/paper-tables by default.",
};

var root = new RootCommand(
    "The comparison of the paper at a scale that runs here; the defaults are the quick mode. Finished runs are kept in the folder "
        + "'runs' beside the tables, each under a fingerprint of its model, texts and settings: the same command trains nothing "
        + "twice and goes on where it was stopped (Ctrl+C); other settings are other runs beside them. Delete 'runs' to start afresh."
)
{
    data,
    texts,
    held,
    epochs,
    seeds,
    latent,
    tokens,
    definitions,
    dictionary,
    corpora,
    pairs,
    probing,
    ablations,
    only,
    output,
};
root.SetAction((line, cancellationToken) => Task.Run(() => Compare(line, cancellationToken), CancellationToken.None));

// What a run has begun on when Ctrl+C comes is let go; nothing on the disk is half.
return root.Parse(args).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });

int Compare(ParseResult line, CancellationToken cancellationToken)
{
    try
    {
        var comparison = new Comparison(
            new Settings
            {
                Data = line.GetValue(data),
                Texts = line.GetValue(texts),
                HeldOut = line.GetValue(held),
                Epochs = line.GetValue(epochs),
                Seeds = line.GetValue(seeds),
                LatentSize = line.GetValue(latent),
                MaxTokens = line.GetValue(tokens),
                Definitions = line.GetValue(definitions),
                DefinitionFile = line.GetValue(dictionary),
                Corpora = line.GetValue(corpora) ?? [],
                Pairs = line.GetValue(pairs) ?? [],
                Probing = line.GetValue(probing) ?? [],
                Ablations = line.GetValue(ablations),
                Only = line.GetValue(only) ?? [],
                Output = line.GetValue(output),
            },
            $"dotnet run -c Release --project samples/PaperTables -- {string.Join(' ', args)}".TrimEnd(' ', '-')
        );
        using var stopping = cancellationToken.Register(() =>
            Console.Error.WriteLine($"stopped; finished runs are in {comparison.Folder}, the same command goes on")
        );
        comparison.Run(cancellationToken);
        return 0;
    }
    catch (OperationCanceledException)
    {
        return Interrupted;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}

static Option<int> Number(string name, string description, int value) =>
    new(name) { Description = description, DefaultValueFactory = _ => value };
