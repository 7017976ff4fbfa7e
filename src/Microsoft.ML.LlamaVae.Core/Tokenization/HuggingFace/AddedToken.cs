using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>A token that stands beside the model's vocabulary.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether it is a mark, never a part of text.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalised text.</param>
/// <param name="TakesLeft">Whether it takes the white space before it along.</param>
/// <param name="TakesRight">Whether it takes the white space after it along.</param>
internal sealed record AddedToken(
    int Id,
    string Content,
    bool IsSpecial,
    bool IsNormalized,
    bool TakesLeft,
    bool TakesRight
)
{
    /// <exception cref="NotSupportedException">It asks for whole words.</exception>
    public static AddedToken Read(JsonElement token)
    {
        var content = token.Text("content");
        var isSpecial = token.Flag("special");
        if (token.Flag("single_word") && !isSpecial)
        {
            throw new NotSupportedException($"the added token '{content}' with single_word is not supported.");
        }

        return new AddedToken(
            token.Required("id").GetInt32(),
            content,
            isSpecial,
            token.Flag("normalized", !isSpecial),
            token.Flag("lstrip"),
            token.Flag("rstrip")
        );
    }
}
