using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.Runtime;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]
[assembly: LoadableClass(
    typeof(LlamaVaeTransformer),
    null,
    typeof(SignatureLoadModel),
    "LlaMaVAE text to latent",
    LlamaVaeTransformer.LoaderSignature
)]
[assembly: LoadableClass(
    typeof(LatentToTextTransformer),
    null,
    typeof(SignatureLoadModel),
    "LlaMaVAE latent to text",
    LatentToTextTransformer.LoaderSignature
)]
[assembly: LoadableClass(
    typeof(InvertibleCvaeTransformer),
    null,
    typeof(SignatureLoadModel),
    "LlaMaVAE condition to latent",
    InvertibleCvaeTransformer.LoaderSignature
)]
[assembly: LoadableClass(
    typeof(LatentLogLikelihoodTransformer),
    null,
    typeof(SignatureLoadModel),
    "LlaMaVAE log-likelihood of a latent",
    LatentLogLikelihoodTransformer.LoaderSignature
)]
[assembly: LoadableClass(
    typeof(LatentToConditionTransformer),
    null,
    typeof(SignatureLoadModel),
    "LlaMaVAE latent to condition",
    LatentToConditionTransformer.LoaderSignature
)]
[assembly: LoadableClass(
    typeof(WordVectorTransformer),
    null,
    typeof(SignatureLoadModel),
    "LlaMaVAE word to vector",
    WordVectorTransformer.LoaderSignature
)]

namespace Microsoft.ML.LlamaVae.ModelFormat;

/// <summary>How our transformers stand in an ML.NET model file: a version and one streamed entry with the bytes of Save(Stream).</summary>
/// <remarks>
/// The folder ModelFormat is the one place that touches internals of ML.NET 5. A model names the loader's signature and
/// this assembly with its version, so the assembly version stays 1.0.0.0.
/// </remarks>
internal static class ModelEntry
{
    private const string StreamName = "Model.bin";

    // Eight characters in the header of the entry; format 1.1, readable by readers of 1.1.
    private static VersionInfo Version(string loaderSignature) =>
        new(
            modelSignature: "LLAMAVAE",
            verWrittenCur: 0x00010001,
            verReadableCur: 0x00010001,
            verWeCanReadBack: 0x00010001,
            loaderSignature: loaderSignature,
            loaderAssemblyName: typeof(ModelEntry).Assembly.FullName
        );

    /// <summary>Writes the entry; the stream is written through, never held.</summary>
    public static void Save(ModelSaveContext context, string loaderSignature, Action<Stream> save)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version(loaderSignature));
        context.SaveBinaryStream(
            StreamName,
            writer =>
            {
                writer.Flush();
                save(writer.BaseStream);
            }
        );
    }

    /// <summary>Reads the entry.</summary>
    /// <exception cref="InvalidDataException">The model file has no such entry.</exception>
    public static T Load<T>(ModelLoadContext context, string loaderSignature, Func<Stream, T> load)
        where T : class
    {
        context.CheckAtModel(Version(loaderSignature));
        T? result = null;
        return context.TryLoadBinaryStream(StreamName, reader => result = load(reader.BaseStream)) && result is not null
            ? result
            : throw new InvalidDataException(
                $"The model file lacks the entry '{StreamName}' of {loaderSignature}. It is incomplete; save the model again."
            );
    }
}
