namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Slots of keys and values, filled from the front.</summary>
internal interface ILlamaState : IDecoderState
{
    /// <summary>P: slots that the longest row has filled.</summary>
    int Filled { get; }

    /// <summary>C: slots of a row.</summary>
    int Slots { get; }
}
