using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using static TorchSharp.torch;

namespace DefinitionModeling;

/// <summary>Judges the definitions of all systems alike: texts against the words' glosses, latents by one VAE's encoder.</summary>
internal sealed class Judge
{
    private readonly Corpus _corpus;
    private readonly LatentEncoder _encoder;
    private readonly IReadOnlyList<float[][]> _meant;

    public Judge(Corpus corpus, LatentEncoder encoder)
    {
        (_corpus, _encoder) = (corpus, encoder);
        var latents = new Queue<float[]>(Latents([.. corpus.References.SelectMany(own => own)]));
        _meant = [.. corpus.References.Select(own => own.Select(_ => latents.Dequeue()).ToArray())];
    }

    public DefinitionReport Of(IReadOnlyList<string> texts)
    {
        var said = Latents(texts);
        return DefinitionEvaluator.Evaluate([
            .. texts.Select(
                (text, i) =>
                    new DefinedWord(_corpus.TestWords[i], text, _corpus.References[i])
                    {
                        Latent = said[i],
                        ReferenceLatents = _meant[i],
                    }
            ),
        ]);
    }

    private float[][] Latents(IReadOnlyList<string> texts)
    {
        using var posterior = _encoder.Encode(texts);
        using var mu = posterior.Mu.to(float32).cpu();
        return [.. mu.data<float>().ToArray().Chunk(_encoder.LatentSize)];
    }
}
