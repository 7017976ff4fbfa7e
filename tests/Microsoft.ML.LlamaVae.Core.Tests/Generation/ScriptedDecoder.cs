using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

/// <summary>Says the given tokens, row by row, and records what it was asked for.</summary>
internal sealed class ScriptedDecoder(params int[][] script) : IMemoryDecoder
{
    private readonly nn.Module _weights = new OneWeight();

    public List<int> Batches { get; } = [];

    public List<long[]> Inputs { get; } = [];

    public int VocabularySize => 10;

    public MemoryShape MemoryShape => new(1, 1, 2);

    public int MaxPositions { get; init; } = 100;

    public bool CanRestart { get; init; }

    public IReadOnlyList<int> EndTokens => [];

    public nn.Module Weights => _weights;

    public IEnumerable<Parameter> PartParameters(DecoderPart part) => [];

    public Tensor Hidden(Tensor ids, Tensor? memory) => throw new NotSupportedException();

    public Tensor Logits(Tensor hidden) => throw new NotSupportedException();

    public IDecoderState Start(Tensor? memory, int batch, int capacity) => new State(Texts(memory, batch), CanRestart);

    /// <summary>Memories [rows, 1, 2, 1, 2, 2] that tell which text of the script is whose.</summary>
    public static Tensor Memory(int rows)
    {
        var index = tensor(Enumerable.Range(0, rows).Select(i => (float)i).ToArray()); // [rows]
        return index.view(-1, 1, 1, 1, 1, 1).expand(-1, 1, 2, 1, 2, 2);
    }

    private static List<int> Texts(Tensor? memory, int rows) =>
        memory is null
            ? [.. Enumerable.Range(0, rows)]
            : [.. memory.select(1, 0).reshape(rows, -1).select(1, 0).data<float>().ToArray().Select(row => (int)row)];

    public Tensor Advance(Tensor ids, IDecoderState state)
    {
        var rows = (State)state;
        Batches.Add(rows.Batch);
        Inputs.Add(ids.data<long>().ToArray());
        using var scope = NewDisposeScope();
        var next = rows.Texts.Zip(rows.Lengths, (text, t) => (long)script[text][Math.Min(t, script[text].Length - 1)]);
        rows.Lengths = [.. rows.Lengths.Select(t => t + 1)];
        return nn.functional.one_hot(tensor(next.ToArray()), VocabularySize).to(float32).MoveToOuterDisposeScope();
    }

    public void Dispose() => _weights.Dispose();

    private sealed class State(List<int> texts, bool canRestart) : IDecoderState
    {
        public List<int> Texts { get; private set; } = texts;

        public List<int> Lengths { get; set; } = [.. texts.Select(_ => 0)];

        public int Batch => Texts.Count;

        public int Length => Lengths.Max();

        public bool CanRestart => canRestart;

        public void Restart(ReadOnlySpan<long> rows, Tensor? memory)
        {
            var next = ScriptedDecoder.Texts(memory, rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                (Texts[(int)rows[i]], Lengths[(int)rows[i]]) = (next[i], 0);
            }
        }

        public void Keep(ReadOnlySpan<long> rows)
        {
            var kept = rows.ToArray();
            Texts = [.. kept.Select(row => Texts[(int)row])];
            Lengths = [.. kept.Select(row => Lengths[(int)row])];
        }

        public void Dispose() { }
    }

    private sealed class OneWeight : nn.Module
    {
        private readonly Parameter _one = new(ones(1));

        public OneWeight()
            : base(nameof(OneWeight)) => RegisterComponents();

        public Tensor One => _one;
    }
}
