using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// Generation of <see cref="LlamaDecoder"/> on the CPU: the same numbers from a copy of the weights in panels, which
/// torch's threads share where a product is large. A step with few texts costs as much as reading the weights once, which is the limit of a single one.
/// </summary>
/// <remarks>
/// A text's numbers are the same to the last bit whatever is beside it in the batch, and however its tokens are cut into steps.
/// Shared by the decoder and the states that were started with it; the last of them to let go frees it.
/// Letters: B texts, T new tokens of each, N = B·T, H width, V vocabulary.
/// </remarks>
internal sealed unsafe class PackedLlama : IDisposable
{
    private const int TokensAtOnce = 4 * PanelProduct.BlockRows; // of a long prompt: they share one reading of the weights
    private readonly LlamaConfiguration _c;
    private readonly LlamaStack _stack;
    private readonly PackedBlock[] _blocks;
    private readonly PackedLinear _head;
    private int _owners = 1;

    public PackedLlama(LlamaConfiguration configuration, LlamaStack stack, Linear? head)
    {
        (_c, _stack) = (configuration, stack);
        _blocks = [.. stack.Blocks.Select(block => new PackedBlock(configuration, block))];
        _head = head is null ? new PackedLinear(() => stack.Embedding.Weight) : new PackedLinear(head);
    }

    /// <summary>Whether weights of this kind can be packed here.</summary>
    public static bool Suits(Device device, ScalarType dtype) =>
        device.type == DeviceType.CPU && dtype == float32 && NativeTensor.IsAvailable;

    /// <summary>A weight has changed since it was packed.</summary>
    public bool IsStale => _head.IsStale || _blocks.Any(block => block.Maps.Any(map => map.IsStale));

    /// <summary>Another owner, who disposes it too.</summary>
    public PackedLlama Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>Feeds ids [B, T]; the logits [B, V] after the last of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't of the vocabulary.</exception>
    public Tensor Advance(Tensor ids, PackedState state)
    {
        using var scope = NewDisposeScope();
        var tokens = ids.to(int64).contiguous().data<long>().ToArray(); // [N]
        var table = _stack.Embedding.Weight.contiguous(); // [V, H]
        var (batch, length, work) = (state.Batch, (int)ids.size(1), state.Work);
        CheckVocabulary(tokens, nameof(ids));
        var most = Math.Max(1, TokensAtOnce / batch);
        for (int first = 0, count; first < length; first += count)
        {
            count = Math.Min(most, length - first);
            work.Prepare(batch * count, state.Slots);
            for (var i = 0; i < work.Stream.Count; i++)
            {
                Embedding(table, tokens[i / count * length + first + i % count]).CopyTo(work.Stream[i]);
            }

            for (var layer = 0; layer < _blocks.Length; layer++)
            {
                _blocks[layer].Advance(state, work, layer);
            }

            state.Advance(count);
        }

        var logits = empty(batch, _head.Width); // [B, V rounded up]
        Predict(work, logits);
        GC.KeepAlive(state);
        return logits.narrow(1, 0, _c.VocabularySize).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) > 0)
        {
            return;
        }

        _head.Dispose();
        foreach (var block in _blocks)
        {
            block.Dispose();
        }
    }

    private ReadOnlySpan<float> Embedding(Tensor table, long token) =>
        new((float*)NativeTensor.Address(table) + (nint)token * _c.HiddenSize, _c.HiddenSize);

    // The logits after the last token of each text.
    private void Predict(PackedWorkspace work, Tensor logits)
    {
        var batch = (int)logits.size(0);
        var length = work.Stream.Count / batch;
        for (var row = 0; row < batch; row++)
        {
            work.Stream[row * length + length - 1].CopyTo(work.Stream[row]);
        }

        PackedBlock.Normalise(work.Stream.Slice(0, batch), _stack.Norm, _c, work.Branch);
        var to = new Rows((float*)NativeTensor.Address(logits), batch, _head.Width);
        _head.Call(work.Branch.Slice(0, batch), to, work.Scratch);
    }

    private void CheckVocabulary(long[] tokens, string name)
    {
        foreach (var token in tokens)
        {
            if (token < 0 || token >= _c.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(
                    name,
                    token,
                    $"A token id of this decoder is in [0, {_c.VocabularySize}). Tokenize with the tokenizer of the same checkpoint."
                );
            }
        }
    }
}
