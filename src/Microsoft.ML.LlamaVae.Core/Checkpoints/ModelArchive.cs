using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>
/// A model, or one half of it, as one safetensors stream: its description and its tokenizer in front, then the weights, one
/// after the other. Any safetensors reader can open it.
/// </summary>
/// <remarks>
/// Metadata: <c>kind</c>, <c>description</c> (JSON), <c>special_tokens</c> and <c>backbone</c> where there are any. Tensors:
/// <c>tokenizer/NAME</c> (the bytes of its file) where there is one, then <c>PART/name</c> for each part. Format version 1.
/// </remarks>
internal static class ModelArchive
{
    private const string Format = "microsoft.ml.llamavae/1";
    private const string TokenizerPrefix = "tokenizer/";
    private const string SpecialTokensKey = "special_tokens";

    /// <summary>Writes a model.</summary>
    /// <param name="stream">Needs not be seekable; stays open.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="description">Everything but weights, as JSON.</param>
    /// <param name="tokenizer">Goes along; null where there is none.</param>
    /// <param name="backbone">Where the backbone's weights came from; null where they started at random.</param>
    /// <param name="parts">Modules by name; a backbone that is referenced is left out by the caller.</param>
    public static void Save(
        Stream stream,
        string kind,
        string description,
        ITextTokenizer? tokenizer,
        BackboneReference? backbone,
        IReadOnlyList<(string Name, nn.Module Module)> parts
    )
    {
        using var scope = NewDisposeScope();
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["kind"] = kind,
            ["description"] = description,
        };
        var tensors = new List<(string, Tensor)>();
        if (tokenizer is not null)
        {
            metadata[SpecialTokensKey] = JsonSerializer.Serialize(tokenizer.SpecialTokens);
            var bytes = tensor(tokenizer.File.Content.ToArray(), dtype: ScalarType.Byte);
            tensors.Add((TokenizerPrefix + tokenizer.File.Name, bytes));
        }

        if (backbone is not null)
        {
            metadata["backbone"] = JsonSerializer.Serialize(backbone);
        }

        tensors.AddRange(
            parts.SelectMany(part =>
                part.Module.state_dict().Select(entry => ($"{part.Name}/{entry.Key}", entry.Value))
            )
        );
        SafetensorsWriter.Write(stream, tensors, metadata);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">Read to the last tensor, and stays open.</param>
    /// <param name="kind">What is expected.</param>
    /// <param name="build">Makes the object and names its parts, which then get their weights.</param>
    /// <exception cref="InvalidDataException">It isn't such an archive, or weights are missing.</exception>
    public static T Load<T>(
        Stream stream,
        string kind,
        Func<ArchiveContent, (T Result, IReadOnlyList<(string Name, nn.Module Module)> Parts)> build
    )
        where T : IDisposable
    {
        var reader = new SafetensorsReader(stream, "the saved model");
        var metadata = reader.Metadata;
        if (metadata.GetValueOrDefault("format") != Format || metadata.GetValueOrDefault("kind") != kind)
        {
            throw new InvalidDataException(
                $"The saved model is a '{metadata.GetValueOrDefault("kind", "?")}' of format '{metadata.GetValueOrDefault("format", "?")}'; expected a '{kind}' of '{Format}'."
            );
        }

        using var tensors = reader.ReadAll().GetEnumerator();
        var (result, parts) = build(
            new ArchiveContent(
                metadata["description"],
                metadata.TryGetValue(SpecialTokensKey, out var special) ? ReadTokenizer(tensors, special) : null,
                metadata.TryGetValue("backbone", out var json)
                    ? JsonSerializer.Deserialize<BackboneReference>(json)
                    : null
            )
        );
        try
        {
            Fill(tensors, parts);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static ITextTokenizer ReadTokenizer(IEnumerator<(string Name, Tensor Value)> tensors, string special)
    {
        if (!tensors.MoveNext() || !tensors.Current.Name.StartsWith(TokenizerPrefix, StringComparison.Ordinal))
        {
            throw new InvalidDataException("The saved model doesn't begin with its tokenizer.");
        }

        using var bytes = tensors.Current.Value;
        var file = new TokenizerFile(tensors.Current.Name[TokenizerPrefix.Length..], bytes.data<byte>().ToArray());
        return TokenizerLoader.Load(file, JsonSerializer.Deserialize<SpecialTokens>(special));
    }

    private static void Fill(
        IEnumerator<(string Name, Tensor Value)> tensors,
        IReadOnlyList<(string Name, nn.Module Module)> parts
    )
    {
        using var ungraded = no_grad();
        var targets = parts
            .SelectMany(part =>
                part.Module.state_dict().Select(entry => (Name: $"{part.Name}/{entry.Key}", entry.Value))
            )
            .ToDictionary(target => target.Name, target => target.Value);
        while (tensors.MoveNext())
        {
            var (name, value) = tensors.Current;
            using (value)
            {
                if (!targets.Remove(name, out var target) || !target.shape.SequenceEqual(value.shape))
                {
                    throw new InvalidDataException(
                        $"The saved model has weights '{name}' that its description doesn't know."
                    );
                }

                target.copy_(value);
            }
        }

        if (targets.Count > 0)
        {
            throw new InvalidDataException(
                $"The saved model lacks the weights {string.Join(", ", targets.Keys.Take(5).Select(name => $"'{name}'"))}."
            );
        }
    }
}
