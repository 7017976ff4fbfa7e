using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>What a denoising autoencoder does to the encoder's input: tokens are left out or replaced, marks stay.</summary>
internal sealed class TokenNoise(ITextTokenizer tokenizer, double deletion, double replacement)
{
    /// <summary>The tokens that are left, some of them others; drawn independently of each other.</summary>
    public int[] Apply(int[] tokens, Random random)
    {
        if (deletion == 0 && replacement == 0)
        {
            return tokens;
        }

        var noisy = new List<int>(tokens.Length);
        foreach (var token in tokens)
        {
            var draw = tokenizer.SpecialTokens.IsMark(token) ? 1 : random.NextDouble();
            if (draw >= deletion)
            {
                noisy.Add(draw < deletion + replacement ? Any(random) : token);
            }
        }

        return [.. noisy];
    }

    private int Any(Random random)
    {
        int token;
        do
        {
            token = random.Next(tokenizer.VocabularySize);
        } while (tokenizer.SpecialTokens.IsMark(token));
        return token;
    }
}
