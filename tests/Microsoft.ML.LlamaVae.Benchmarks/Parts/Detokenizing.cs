using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>A gloss back from the tokens of the built-in BPE tokenizer: ours, and that of Microsoft.ML.Tokenizers on the same file.</summary>
public class Detokenizing
{
    private const int Texts = 256;
    private readonly int[][] _ids = [.. Workload.Texts(Texts).Select(text => TokenizerLoader.Default.Encode(text))];
    private readonly ITextTokenizer _ours = TokenizerLoader.Default;
    private readonly LlamaTokenizer _theirs = Tokenizing.Theirs();

    [Benchmark(Description = "decode a gloss, Microsoft.ML.Tokenizers", Baseline = true, OperationsPerInvoke = Texts)]
    public int DecodeTheirs() => _ids.Sum(ids => _theirs.Decode(ids).Length);

    [Benchmark(Description = "decode a gloss, BPE", OperationsPerInvoke = Texts)]
    public int Decode() => _ids.Sum(ids => _ours.Decode(ids).Length);
}
