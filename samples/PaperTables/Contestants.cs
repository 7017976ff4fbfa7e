using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>All models, with as many parameters as the default LlamaVAE.</summary>
internal sealed class Contestants
{
    public const string Llama = "LlamaVAE";
    public const string Optimus = "Optimus";
    private readonly LlamaVaeConfiguration _llama;
    private readonly LlamaVaeConfiguration _optimus;
    private readonly VaeTrainerOptions _variational;
    private readonly Settings _settings;
    private readonly long _size;

    public Contestants(Settings settings)
    {
        _settings = settings;
        _llama = Sized(new LlamaVaeConfiguration());
        using var first = LlamaVaeModel.Create(_llama);
        _size = first.ParameterCount;
        _optimus = Alike(Sized(LlamaVaeConfiguration.Optimus));
        _variational = new VaeTrainerOptions
        {
            Training = new TrainingOptions
            {
                Epochs = settings.Epochs,
                LearningRate = 2e-3,
                CosineStart = 0.5,
                ValidationFraction = 0,
            },
            Beta = new BetaSchedule { Minimum = 0.001, Maximum = 0.7 },
        };
        Main = [.. Models()];
        Ablations = [.. Variants().Select(variant => variant with { IsAblation = true })];
    }

    /// <summary>LlamaVAE first.</summary>
    public IReadOnlyList<Contestant> Main { get; }

    /// <summary>Models that differ from LlamaVAE or from Optimus in one thing.</summary>
    public IReadOnlyList<Contestant> Ablations { get; }

    /// <summary>Those that the settings ask for.</summary>
    /// <exception cref="ArgumentException">A name is none of theirs.</exception>
    public IReadOnlyList<Contestant> Chosen()
    {
        Contestant[] all = [.. Main, .. _settings.Ablations ? Ablations : []];
        return _settings.Only.FirstOrDefault(name => all.All(contestant => contestant.Name != name)) is { } unknown
            ? throw new ArgumentException(
                $"No model is named '{unknown}'; --only takes {string.Join(", ", all.Select(contestant => $"'{contestant.Name}'"))}{(_settings.Ablations ? "" : ", with --ablations more")}."
            )
            : [.. all.Where(contestant => _settings.Only.Count == 0 || _settings.Only.Contains(contestant.Name))];
    }

    private IEnumerable<Contestant> Models()
    {
        var plain = _variational with { Beta = BetaSchedule.Zero };
        var point = Alike(_llama with { Posterior = PosteriorKind.Point });
        yield return new(Llama, _llama, _variational);
        yield return new(Optimus, _optimus, _variational);
        yield return new("LSTM β-VAE", Alike(Sized(LlamaVaeConfiguration.Lstm)), _variational);
        yield return new("AE", point, plain);
        yield return new("DAE", point, plain with { InputDeletion = 0.3 });
    }

    private IEnumerable<Contestant> Variants()
    {
        var t5 = (SentenceT5Configuration)new LlamaVaeConfiguration().Encoder;
        var bert = (BertConfiguration)LlamaVaeConfiguration.Optimus.Encoder;
        var gpt2 = (Gpt2Configuration)LlamaVaeConfiguration.Optimus.Decoder;
        yield return Llamas("BERT encoder", _llama with { Encoder = bert });
        yield return Llamas("BERT encoder's mean", _llama with { Encoder = bert with { Pooling = BertPooling.Mean } });
        yield return Llamas(
            "T5 encoder's first token",
            _llama with
            {
                Encoder = t5 with { Pooling = T5Pooling.FirstToken },
            }
        );
        yield return Llamas("2 encoder layers", _llama with { Encoder = t5 with { Layers = 2 } });
        yield return Llamas("1 memory slot", _llama with { MemorySlots = 1 });
        yield return Llamas("4 memory slots", _llama with { MemorySlots = 4 });
        var beta = _variational with { Beta = _variational.Beta with { Maximum = 1 } };
        yield return new($"{Llama}, β up to 1", _llama, beta);
        yield return new($"{Llama}, free bits 0.1", _llama, _variational with { FreeBits = 0.1 });
        yield return Optimuses("T5 encoder", LlamaVaeConfiguration.Optimus with { Encoder = t5 });
        yield return Optimuses(
            "memory alone",
            LlamaVaeConfiguration.Optimus with
            {
                Decoder = gpt2 with { AddsLatentToEmbeddings = false },
            }
        );
    }

    private Contestant Llamas(string change, LlamaVaeConfiguration model) =>
        new($"{Llama}, {change}", Alike(Sized(model)), _variational);

    private Contestant Optimuses(string change, LlamaVaeConfiguration model) =>
        new($"{Optimus}, {change}", Alike(Sized(model)), _variational);

    private LlamaVaeConfiguration Alike(LlamaVaeConfiguration model) => model.WithParameterCount(_size);

    private LlamaVaeConfiguration Sized(LlamaVaeConfiguration model) =>
        model with
        {
            LatentSize = _settings.LatentSize,
            MaxTokens = _settings.MaxTokens,
        };
}
