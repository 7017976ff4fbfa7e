using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Finds out which tokens mark beginning, end and padding: from the template that adds them, else by their names.</summary>
internal static class SpecialTokenReader
{
    private static readonly string[] s_bosNames = ["<s>", "<|begin_of_text|>", "<|endoftext|>"];
    private static readonly string[] s_eosNames = ["</s>", "<|end_of_text|>", "<|endoftext|>"];
    private static readonly string[] s_padNames = ["<pad>", "<|finetune_right_pad_id|>"];

    /// <param name="root">The whole file.</param>
    /// <param name="vocabulary">Its tokens.</param>
    /// <param name="unknown">The model's unknown token.</param>
    public static SpecialTokens Read(JsonElement root, Vocabulary vocabulary, int? unknown)
    {
        var (bos, eos) = root.Field("post_processor")
            .Components("processors")
            .Where(processor => processor.Text("type") == "TemplateProcessing")
            .Select(processor => ReadTemplate(processor.Required("single"), vocabulary))
            .FirstOrDefault();
        return new SpecialTokens(
            bos ?? ByName(vocabulary, s_bosNames),
            eos ?? ByName(vocabulary, s_eosNames),
            ByName(vocabulary, s_padNames),
            unknown
        );
    }

    // [{"SpecialToken": {"id": "<s>"}}, {"Sequence": …}, …]: what comes before the text begins it.
    private static (int? Bos, int? Eos) ReadTemplate(JsonElement template, Vocabulary vocabulary)
    {
        var parts = template.EnumerateArray().ToList();
        var text = parts.FindIndex(part => part.Field("Sequence") is not null);
        return (Token(parts[..Math.Max(text, 0)]), Token(parts[(text + 1)..]));

        int? Token(List<JsonElement> around) =>
            around
                .Select(part =>
                    part.Field("SpecialToken") is { } token ? vocabulary.SpecialIdOf(token.Text("id")) : null
                )
                .FirstOrDefault(id => id is not null);
    }

    private static int? ByName(Vocabulary vocabulary, string[] names) =>
        names.Select(vocabulary.SpecialIdOf).FirstOrDefault(id => id is not null);
}
