using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using TorchSharp.Modules;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>A decoder with random weights whose texts end at given lengths: a trained model's mix without the training.</summary>
internal sealed class ScheduledDecoder(LlamaDecoder decoder, int end, int[] lengths, bool canRestart) : IMemoryDecoder
{
    private int _begun;

    public int VocabularySize => decoder.VocabularySize;

    public MemoryShape MemoryShape => decoder.MemoryShape;

    public int MaxPositions => decoder.MaxPositions;

    public IReadOnlyList<int> EndTokens => [];

    public nn.Module Weights => decoder;

    public IEnumerable<Parameter> PartParameters(DecoderPart part) => decoder.PartParameters(part);

    public Tensor Hidden(Tensor ids, Tensor? memory) => decoder.Hidden(ids, memory);

    public Tensor Logits(Tensor hidden) => decoder.Logits(hidden);

    public IDecoderState Start(Tensor? memory, int batch, int capacity) =>
        new State(this, decoder.Start(memory, batch, capacity), batch);

    public Tensor Advance(Tensor ids, IDecoderState state)
    {
        var texts = (State)state;
        var logits = decoder.Advance(ids, texts.Inner); // [B, V]
        logits.select(1, end).fill_(Number(-1e9));
        for (var row = 0; row < texts.Left.Count; row++)
        {
            if (--texts.Left[row] == 0)
            {
                logits[row, end].fill_(Number(1e9));
            }
        }

        return logits;
    }

    // The generator asks for its texts in order; after the last the first comes again.
    private int Next() => lengths[_begun++ % lengths.Length];

    public void Dispose() => decoder.Dispose();

    private sealed class State(ScheduledDecoder owner, IDecoderState inner, int batch) : IDecoderState
    {
        private readonly bool _canRestart = owner.CanRestart && inner.CanRestart;

        public IDecoderState Inner => inner;

        public List<int> Left { get; private set; } = [.. Enumerable.Range(0, batch).Select(_ => owner.Next())];

        public int Batch => inner.Batch;

        public int Length => inner.Length;

        public bool CanRestart => _canRestart;

        public void Restart(ReadOnlySpan<long> rows, Tensor? memory)
        {
            inner.Restart(rows, memory);
            foreach (var row in rows)
            {
                Left[(int)row] = owner.Next();
            }
        }

        public void Keep(ReadOnlySpan<long> rows)
        {
            inner.Keep(rows);
            Left = [.. rows.ToArray().Select(row => Left[(int)row])];
        }

        public void Dispose() => inner.Dispose();
    }

    private bool CanRestart => canRestart;
}
