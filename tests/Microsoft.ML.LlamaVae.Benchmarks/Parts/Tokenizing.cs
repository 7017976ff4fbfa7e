using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>A gloss to the tokens of the built-in BPE tokenizer: ours, and that of Microsoft.ML.Tokenizers on the same file.</summary>
public class Tokenizing
{
    private const int Texts = 256;
    private readonly string[] _texts = Workload.Texts(Texts);
    private readonly ITextTokenizer _ours = TokenizerLoader.Default;
    private readonly LlamaTokenizer _theirs = Theirs();

    [Benchmark(Description = "encode a gloss, Microsoft.ML.Tokenizers", Baseline = true, OperationsPerInvoke = Texts)]
    public int EncodeTheirs() => _texts.Sum(text => _theirs.EncodeToIds(text).Count);

    [Benchmark(Description = "encode a gloss, BPE", OperationsPerInvoke = Texts)]
    public int Encode() => _texts.Sum(text => _ours.Encode(text).Length);

    internal static LlamaTokenizer Theirs()
    {
        using var model = typeof(TokenizerLoader).Assembly.GetManifestResourceStream("default.model")!;
        return LlamaTokenizer.Create(model, addBeginOfSentence: false);
    }
}
