// From a word embedding to the word's definition: the Invertible CVAE against what it must beat, on words it never saw.
using System.CommandLine;
using DefinitionModeling;
using Microsoft.ML.LlamaVae.Native;

TorchBackend.EnsureLoaded();

// Small matrices gain nothing from more threads; the two lanes of the comparison have a core each.
TorchSharp.torch.set_num_threads(1);

var seeds = new Option<int>("--seeds")
{
    Description = "Runs of each system, each with other weights and draws.",
    DefaultValueFactory = _ => 3,
};
var epochs = new Option<int>("--epochs")
{
    Description = "Passes over the training pairs, for the VAE and for the ordinary CVAE alike.",
    DefaultValueFactory = _ => 1,
};
var words = new Argument<string[]>("words") { Description = "Words to define.", Arity = ArgumentArity.OneOrMore };

var define = new Command("define", "Defines words with the pipeline that the comparison saved.") { words };
define.SetAction(parsed => Define.Run(parsed.GetValue(words)!));

var variations = new Command("variations", "One VAE, several densities and temperatures: what helps and what doesn't.")
{
    epochs,
};
variations.SetAction(parsed => Variations.Run(parsed.GetValue(epochs)));

var root = new RootCommand("Fits the systems, prints examples and figures, writes artifacts/definition-modeling.json.")
{
    seeds,
    epochs,
    define,
    variations,
};
root.SetAction(parsed => Comparison.Run(parsed.GetValue(seeds), parsed.GetValue(epochs)));
return root.Parse(args).Invoke();
