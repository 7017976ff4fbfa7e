using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class LlamaDecoderErrorTests
{
    [Fact]
    public void AMemoryOfAnotherDecoder_IsNamedWithBothShapes()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(TinyLlamas.Grouped);
        var memory = TinyLlamas.Memory(TinyLlamas.Grouped with { Layers = 3 }, 2, 1);
        var ids = TinyLlamas.Ids(TinyLlamas.Grouped, 2, 3);
        const string Message =
            "The memory must be [2, 2, 2, 2, M, 4]; got [2, 3, 2, 2, 1, 4]. Make it with this decoder's MemoryShape. (Parameter 'memory')";

        Assert.Equal(Message, Assert.Throws<ArgumentException>(() => decoder.Hidden(ids, memory)).Message);
        Assert.Equal(Message, Assert.Throws<ArgumentException>(() => decoder.Start(memory, 2, 3)).Message);
    }

    [Fact]
    public void AMemoryOfAnotherBatch_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(TinyLlamas.Grouped);
        var memory = TinyLlamas.Memory(TinyLlamas.Grouped, 1, 1);

        Assert.Throws<ArgumentException>(() => decoder.Hidden(TinyLlamas.Ids(TinyLlamas.Grouped, 2, 3), memory));
    }

    [Fact]
    public void ATextBeyondThePositions_IsRefused_MemoryCounted()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(TinyLlamas.Grouped with { MaxPositions = 8 });
        var memory = TinyLlamas.Memory(TinyLlamas.Grouped, 1, 2);
        using var fits = decoder.Hidden(TinyLlamas.Ids(TinyLlamas.Grouped, 1, 6), memory);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            decoder.Hidden(TinyLlamas.Ids(TinyLlamas.Grouped, 1, 7), memory)
        );

        Assert.StartsWith(
            "2 memory slots and 7 tokens exceed the decoder's 8 positions",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Start(memory, 1, 7));
    }

    [Fact]
    public void AFullState_SaysHowMuchRoomIsLeft()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(TinyLlamas.Grouped);
        using var state = decoder.Start(null, 1, 4);
        decoder.Advance(TinyLlamas.Ids(TinyLlamas.Grouped, 1, 3), state);

        var error = Assert.Throws<ArgumentException>(() =>
            decoder.Advance(TinyLlamas.Ids(TinyLlamas.Grouped, 1, 2), state)
        );

        Assert.StartsWith("The state has room for 1 more tokens; got 2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsThatAreNotTheStates_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(TinyLlamas.Grouped);
        using var state = decoder.Start(null, 3, 4);

        var error = Assert.Throws<ArgumentException>(() =>
            decoder.Advance(TinyLlamas.Ids(TinyLlamas.Grouped, 1, 1), state)
        );

        Assert.StartsWith("The state has 3 rows; got 1.", error.Message, StringComparison.Ordinal);
    }
}
