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

    public IReadOnlyList<int> EndTokens => [];

    public nn.Module Weights => _weights;

    public IEnumerable<Parameter> PartParameters(DecoderPart part) => [];

    public Tensor Hidden(Tensor ids, Tensor? memory) => throw new NotSupportedException();

    public Tensor Logits(Tensor hidden) => throw new NotSupportedException();

    public IDecoderState Start(Tensor? memory, int batch, int capacity) => new State(batch);

    public Tensor Advance(Tensor ids, IDecoderState state)
    {
        var rows = (State)state;
        Batches.Add(rows.Batch);
        Inputs.Add(ids.data<long>().ToArray());
        using var scope = NewDisposeScope();
        var next = rows.Rows.Select(row => (long)script[row][Math.Min(rows.Length, script[row].Length - 1)]).ToArray();
        rows.Length++;
        return nn.functional.one_hot(tensor(next), VocabularySize).to(float32).MoveToOuterDisposeScope();
    }

    public void Dispose() => _weights.Dispose();

    private sealed class State(int batch) : IDecoderState
    {
        public List<int> Rows { get; private set; } = [.. Enumerable.Range(0, batch)];

        public int Batch => Rows.Count;

        public int Length { get; set; }

        public void Keep(ReadOnlySpan<long> rows) => Rows = [.. rows.ToArray().Select(row => Rows[(int)row])];

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
