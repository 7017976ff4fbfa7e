using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Lets the chosen parts of a model learn and freezes the others, for as long as it lives.</summary>
internal sealed class LearningParts : IDisposable
{
    private readonly List<(Parameter Parameter, bool RequiredGradient)> _before = [];

    public LearningParts(LlamaVaeModel model, TrainableParts parts)
    {
        // A parameter that two parts share learns if one of them does.
        var learning = new HashSet<IntPtr>();
        var named = Named(model).ToArray();
        foreach (var (_, parameter, part) in named)
        {
            if ((part & ~parts) == TrainableParts.None)
            {
                learning.Add(parameter.Handle);
            }
        }

        var seen = new HashSet<IntPtr>();
        Parameters =
        [
            .. named
                .Where(entry => learning.Contains(entry.Value.Handle) && seen.Add(entry.Value.Handle))
                .Select(entry => (entry.Name, entry.Value)),
        ];
        foreach (var parameter in named.Select(entry => entry.Value).DistinctBy(parameter => parameter.Handle))
        {
            _before.Add((parameter, parameter.requires_grad));
            parameter.requires_grad = learning.Contains(parameter.Handle);
        }
    }

    /// <summary>What learns, each parameter once.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    private static IEnumerable<(string Name, Parameter Value, TrainableParts Part)> Named(LlamaVaeModel model)
    {
        var decoder = model.Decoder.Decoder;
        var embeddings = decoder.PartParameters(DecoderPart.Embeddings).Select(p => p.Handle).ToHashSet();
        return All("posterior", model.Encoder.Posterior, _ => TrainableParts.None)
            .Concat(All("memory", model.Decoder.Memory, _ => TrainableParts.None))
            .Concat(All("encoder", model.Encoder.Encoder.Weights, _ => TrainableParts.Encoder))
            .Concat(
                All(
                    "decoder",
                    decoder.Weights,
                    p => embeddings.Contains(p.Handle) ? TrainableParts.DecoderEmbeddings : TrainableParts.DecoderLayers
                )
            );
    }

    private static IEnumerable<(string, Parameter, TrainableParts)> All(
        string prefix,
        nn.Module module,
        Func<Parameter, TrainableParts> part
    ) => module.named_parameters().Select(entry => ($"{prefix}.{entry.name}", entry.parameter, part(entry.parameter)));

    public void Dispose()
    {
        foreach (var (parameter, required) in _before)
        {
            parameter.requires_grad = required;
        }
    }
}
