namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>Pieces as a tree over their UTF-8 bytes. The children of a node are neighbours, in the order of their bytes.</summary>
internal sealed class PieceTrie
{
    /// <summary>No such node, or no such piece.</summary>
    public const int None = -1;

    /// <summary>The node of the empty prefix.</summary>
    public const int Root = 0;

    private readonly byte[] _labels;
    private readonly int[] _values;
    private readonly int[] _firstChild;

    private PieceTrie(byte[] labels, int[] values, int[] firstChild)
    {
        _labels = labels;
        _values = values;
        _firstChild = firstChild;
    }

    /// <summary>Builds the tree; of equal pieces the first one counts, and empty pieces don't.</summary>
    public static PieceTrie Build(IEnumerable<(byte[] Piece, int Id)> pieces)
    {
        var sorted = pieces
            .Select((piece, order) => (piece.Piece, piece.Id, Order: order))
            .Where(piece => piece.Piece.Length > 0)
            .ToArray();
        Array.Sort(
            sorted,
            (a, b) => a.Piece.AsSpan().SequenceCompareTo(b.Piece) is not 0 and var c ? c : a.Order.CompareTo(b.Order)
        );

        // Breadth first: when a node's turn comes, its children are appended next to one another.
        List<byte> labels = [0];
        List<int> values = [None];
        List<int> firstChild = [];
        var pending = new Queue<(int Low, int High, int Depth)>([(0, sorted.Length, 0)]);
        while (pending.TryDequeue(out var node))
        {
            firstChild.Add(labels.Count);
            var low = node.Low;
            while (low < node.High && sorted[low].Piece.Length == node.Depth)
            {
                low++;
            }

            while (low < node.High)
            {
                var label = sorted[low].Piece[node.Depth];
                var high = low + 1;
                while (high < node.High && sorted[high].Piece[node.Depth] == label)
                {
                    high++;
                }

                labels.Add(label);
                values.Add(sorted[low].Piece.Length == node.Depth + 1 ? sorted[low].Id : None);
                pending.Enqueue((low, high, node.Depth + 1));
                low = high;
            }
        }

        firstChild.Add(labels.Count);
        return new PieceTrie([.. labels], [.. values], [.. firstChild]);
    }

    /// <summary>The node one byte further, or <see cref="None"/>.</summary>
    public int Child(int node, byte label)
    {
        var first = _firstChild[node];
        var at = _labels.AsSpan(first, _firstChild[node + 1] - first).IndexOf(label);
        return at < 0 ? None : first + at;
    }

    /// <summary>The piece that ends at a node, or <see cref="None"/>.</summary>
    public int Piece(int node) => _values[node];

    /// <summary>The piece with exactly these bytes, or <see cref="None"/>.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        var node = Root;
        foreach (var b in bytes)
        {
            node = Child(node, b);
            if (node == None)
            {
                return None;
            }
        }

        return Piece(node);
    }

    /// <summary>The length of the longest piece that the text starts with; 0 for none.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        var (node, longest) = (Root, 0);
        for (var i = 0; i < text.Length; i++)
        {
            node = Child(node, text[i]);
            if (node == None)
            {
                break;
            }

            longest = Piece(node) == None ? longest : i + 1;
        }

        return longest;
    }
}
