using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae;

namespace Evaluate;

/// <summary>A saved pipeline, and the parts of it that an evaluation needs.</summary>
internal sealed class SavedPipeline : IDisposable
{
    private readonly string _path;
    private readonly ITransformer[] _steps;

    private SavedPipeline(string path, MLContext ml, ITransformer pipeline)
    {
        (_path, Ml) = (path, ml);
        _steps = [.. Flatten(pipeline)];
    }

    public MLContext Ml { get; }

    /// <summary>The encoder half.</summary>
    public LatentEncoder Encoder => Step<LlamaVaeTransformer>("text to latent").Encoder;

    /// <summary>Encoder and decoder as one model; the pipeline owns both.</summary>
    public LlamaVaeModel Model => new(Encoder, Step<LatentToTextTransformer>("latent to text").Decoder);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no saved pipeline.</exception>
    public static SavedPipeline Load(FileInfo file, int seed)
    {
        var ml = new MLContext(seed);
        try
        {
            return new SavedPipeline(file.FullName, ml, ml.Model.Load(file.FullName, out _));
        }
        catch (Exception error) when (error is FormatException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"{file.FullName} is no pipeline that MLContext.Model.Save wrote, or it is damaged: {error.Message}",
                error
            );
        }
    }

    /// <summary>The steps from one to before another; those that turn texts into latents are left out, for no text is there.</summary>
    /// <exception cref="InvalidDataException">The second doesn't follow the first.</exception>
    public IEnumerable<ITransformer> From(ITransformer first, ITransformer end)
    {
        var (from, to) = (Array.IndexOf(_steps, first), Array.IndexOf(_steps, end));
        return from < to
            ? _steps[from..to].Where(step => step is not (LlamaVaeTransformer or LatentLogLikelihoodTransformer))
            : throw new InvalidDataException(
                $"{_path} has {end.GetType().Name} before {first.GetType().Name}; this task needs them the other way round."
            );
    }

    /// <summary>The step of a kind.</summary>
    /// <exception cref="InvalidDataException">The pipeline has none.</exception>
    public T Step<T>(string does) =>
        Find<T>()
        ?? throw new InvalidDataException(
            $"{_path} has no step '{does}' ({typeof(T).Name}), which this task needs. It has: {string.Join(", ", _steps.Select(step => step.GetType().Name))}."
        );

    /// <summary>The step of a kind; null where there is none.</summary>
    public T? Find<T>() => _steps.OfType<T>().FirstOrDefault();

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];

    public void Dispose()
    {
        foreach (var step in _steps.OfType<IDisposable>())
        {
            step.Dispose();
        }
    }
}
