using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Multinomial logistic regression with an L2 penalty that the validation examples choose.</summary>
/// <remarks>
/// One objective, Σ_n −log p(y_n|x_n) + ½ λ‖W‖², and two ways to its minimum: L-BFGS for the few dense features of latents, dual
/// coordinate ascent for the many sparse ones of words, which keeps no history of weight tables (labels × words each).
/// Letters: N training examples, C labels.
/// </remarks>
internal static class ProbingClassifier
{
    public const string Label = "Label";
    public const string Features = "Features";
    private const string Predicted = "PredictedLabel";

    // λ; without validation examples the middle one.
    private static readonly float[] s_penalties = [0.01f, 0.1f, 1f];

    // A pass costs N·C; 20 passes up to a million of them, fewer beyond, 5 at least.
    private const double Budget = 1e8;
    private const int LeastPasses = 5;
    private const int MostPasses = 20;

    /// <summary>L-BFGS.</summary>
    public static IEstimator<ITransformer> ForLatents(MLContext ml, float penalty) =>
        ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                LabelColumnName = Label,
                FeatureColumnName = Features,
                L1Regularization = 0,
                L2Regularization = penalty,
                OptimizationTolerance = 1e-5f,
            }
        );

    /// <summary>Dual coordinate ascent on one thread: equal seeds give equal weights.</summary>
    public static IEstimator<ITransformer> ForWords(MLContext ml, float penalty, int examples, int labels) =>
        ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(
            new SdcaMaximumEntropyMulticlassTrainer.Options
            {
                LabelColumnName = Label,
                FeatureColumnName = Features,
                L1Regularization = 0,
                L2Regularization = penalty / examples, // beside the mean, not the sum
                MaximumNumberOfIterations = (int)
                    Math.Clamp(Budget / ((double)examples * labels), LeastPasses, MostPasses),
                NumberOfThreads = 1,
            }
        );

    /// <summary>Trains with each penalty, keeps the model that is best on the validation examples, and judges it on the test examples.</summary>
    /// <param name="ml">Trains.</param>
    /// <param name="features">Makes the column "Features".</param>
    /// <param name="trainer">Makes a trainer of a penalty.</param>
    /// <param name="training">With the column <paramref name="property"/>.</param>
    /// <param name="validation">Null for the middle penalty.</param>
    /// <param name="test">With the column <paramref name="property"/>.</param>
    /// <param name="property">The column of what is to be told, text.</param>
    /// <returns>The accuracy on the test examples, 0 to 1.</returns>
    public static double Accuracy(
        MLContext ml,
        IEstimator<ITransformer> features,
        Func<float, IEstimator<ITransformer>> trainer,
        IDataView training,
        IDataView? validation,
        IDataView test,
        string property
    )
    {
        var prepared = ml.Transforms.Conversion.MapValueToKey(Label, property).Append(features).Fit(training);
        var ready = ml.Data.Cache(prepared.Transform(training));
        if (validation is null)
        {
            return Share(Fit(s_penalties[1]), test);
        }

        var best = Fit(s_penalties[0]);
        var most = Share(best, validation);
        foreach (var penalty in s_penalties[1..])
        {
            var next = Fit(penalty);
            var share = Share(next, validation);
            if (share > most)
            {
                (best, most) = (next, share); // one model is kept: it may hold labels × words weights
            }
        }

        return Share(best, test);

        ITransformer Fit(float penalty) =>
            trainer(penalty).Append(ml.Transforms.Conversion.MapKeyToValue(Predicted)).Fit(ready);

        // By value: a label that is in no training example counts as missed.
        double Share(ITransformer model, IDataView examples)
        {
            var judged = model.Transform(prepared.Transform(examples));
            return judged
                .GetColumn<string>(property)
                .Zip(judged.GetColumn<string>(Predicted))
                .Average(pair => pair.First == pair.Second ? 1.0 : 0);
        }
    }
}
