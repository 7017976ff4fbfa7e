// Fits LlaMaVAE to WordNet glosses, saves and reloads the pipeline, and shows what the latents know about held-out glosses.
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using QuickStart;
using Samples;

// Small matrices gain nothing from more threads, and lose much on a machine that is busy.
TorchSharp.torch.set_num_threads(1);

var clock = Stopwatch.StartNew();
var folder = Repository.Folder();
var modelFile = Path.Combine(folder, "artifacts", "quickstart.zip");
Directory.CreateDirectory(Path.GetDirectoryName(modelFile)!);

var ml = new MLContext(seed: 1);
var glosses = ml.Data.LoadFromTextFile<Gloss>(
    Path.Combine(folder, "samples", "data", "wordnet-glosses.tsv"),
    hasHeader: true
);
var split = ml.Data.TrainTestSplit(glosses, testFraction: 0.02, seed: 1);
var (train, test) = (split.TrainSet, split.TestSet);

// Text → latent: fits the VAE.
using var bar = new TrainingBar();
var vae = ml.Transforms.Text.LlamaVae("Latent", "Definition", Settings.Options(bar)).Fit(train);
bar.Stop();

// Latent → text, and a stock classifier on the latents.
var latents = ml.Data.Cache(vae.Transform(train));
var rest = vae.LatentToText("Reconstruction", "Latent")
    .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Category"))
    .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Latent"))
    .Append(ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
    .Fit(latents);
ml.Model.Save(vae.Append(rest), train.Schema, modelFile);

// From here on everything comes from the file.
var model = ml.Model.Load(modelFile, out _);
var held = ml.Data.CreateEnumerable<Result>(model.Transform(test), reuseRowObject: false).ToArray();
var known = ml.Data.CreateEnumerable<Result>(latents, reuseRowObject: false, ignoreMissingColumns: true).ToArray();
var majority = known.GroupBy(row => row.Category).MaxBy(group => group.Count())!.Key;
var pair = new LlamaVaeModel(vae.Encoder, vae.Decoder!);
var quality = ReconstructionEvaluator.Evaluate(pair, [.. held.Select(row => row.Definition)]);

Report.Reconstructions(held.Take(8));
Report.Interpolation(pair.Interpolate(held[0].Definition, held[1].Definition, steps: 6));
Report.Neighbours(held.Take(3), known);
Report.Figures(
    quality,
    accuracy: held.Average(row => row.Predicted == row.Category ? 1.0 : 0),
    majorityAccuracy: held.Average(row => row.Category == majority ? 1.0 : 0),
    clock.Elapsed,
    Path.Combine(folder, "artifacts", "quickstart.json")
);
