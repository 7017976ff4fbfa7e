using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>A gloss and a unigram tokenizer like T5's.</summary>
public class UnigramTokenizing
{
    private const int Texts = 256;
    private readonly string[] _texts = Workload.Texts(Texts);
    private readonly ITextTokenizer _tokenizer = TokenizerLoader.LoadFile(
        Path.Combine(AppContext.BaseDirectory, "t5.model")
    );
    private int[][] _ids = [];

    [GlobalSetup]
    public void Setup() => _ids = [.. _texts.Select(text => _tokenizer.Encode(text))];

    [Benchmark(Description = "encode a gloss, unigram", OperationsPerInvoke = Texts)]
    public int Encode() => _texts.Sum(text => _tokenizer.Encode(text).Length);

    [Benchmark(Description = "decode a gloss, unigram", OperationsPerInvoke = Texts)]
    public int Decode() => _ids.Sum(ids => _tokenizer.Decode(ids).Length);
}
