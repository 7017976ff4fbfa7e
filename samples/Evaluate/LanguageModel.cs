using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Training;

namespace Evaluate;

/// <summary>A decoder that is told nothing, z = 0: read from a file, or trained first.</summary>
internal sealed class LanguageModel : IDisposable
{
    private readonly IDisposable _owner;

    private LanguageModel(LlamaVaeModel model, IDisposable owner, string name)
    {
        _owner = owner;
        Scorer = new UnconditionalLanguageModel(model, name);
    }

    public ITextScorer Scorer { get; }

    /// <summary>The one that the settings name; null for none.</summary>
    public static LanguageModel? Open(Settings settings) =>
        settings.LanguageModelTexts is { } texts ? Train(settings, texts)
        : settings.LanguageModel is { } file ? Read(file, settings.Seed)
        : null;

    // The decoder of the evaluated pipeline goes on from its weights: what it says without a latent is at its best then.
    private static LanguageModel Train(Settings settings, FileInfo file)
    {
        var texts = TextFile.Read(file.FullName, settings.TextColumn);
        var pipeline = SavedPipeline.Load(settings.Model, settings.Seed);
        var model = pipeline.Model;
        LanguageModelTrainer.Fit(
            model,
            texts,
            new TrainingOptions { Epochs = settings.LanguageModelEpochs, Seed = settings.Seed }
        );
        if (settings.LanguageModel is { } kept)
        {
            Directory.CreateDirectory(kept.DirectoryName!);
            model.Save(kept.FullName);
        }

        return new LanguageModel(model, pipeline, $"the decoder trained on {file.Name}");
    }

    private static LanguageModel Read(FileInfo file, int seed)
    {
        if (IsZip(file))
        {
            var pipeline = SavedPipeline.Load(file, seed);
            return new LanguageModel(pipeline.Model, pipeline, file.Name);
        }

        var model = LlamaVaeModel.Load(file.FullName);
        return new LanguageModel(model, model, file.Name);
    }

    private static bool IsZip(FileInfo file)
    {
        using var stream = file.OpenRead();
        return stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
    }

    public void Dispose() => _owner.Dispose();
}
