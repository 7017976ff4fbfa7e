namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>A step of normalisation.</summary>
internal interface ITextRewriter
{
    /// <summary>The text after the step.</summary>
    string Rewrite(string text);
}
