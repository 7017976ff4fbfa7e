namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The cheapest way to move one histogram onto another (earth mover's distance), exact.</summary>
/// <remarks>
/// Successive shortest paths with potentials (Dijkstra on reduced costs). Masses are made whole numbers by crossing the two
/// totals, so the flow has no rounding. For the few dozen different words of two sentences.
/// </remarks>
internal sealed class Transport
{
    private readonly long[] supply;
    private readonly long[] demand;
    private readonly double[][] cost;
    private readonly long[,] flow;
    private readonly double[] potential; // of the sources, then of the sinks
    private readonly double[] distance;
    private readonly int[] previous;

    private Transport(int[] from, int[] to, double[][] cost)
    {
        supply = [.. from.Select(mass => (long)mass * to.Sum())];
        demand = [.. to.Select(mass => (long)mass * from.Sum())];
        this.cost = cost;
        flow = new long[from.Length, to.Length];
        potential = new double[from.Length + to.Length];
        distance = new double[potential.Length];
        previous = new int[potential.Length];
    }

    /// <summary>min Σ_ij T_ij cost_ij with row sums from/Σ from and column sums to/Σ to.</summary>
    /// <param name="from">Positive masses [I].</param>
    /// <param name="to">Positive masses [J].</param>
    /// <param name="cost">What moving a unit costs, 0 or more, [I][J].</param>
    public static double Cost(int[] from, int[] to, double[][] cost)
    {
        var problem = new Transport(from, to, cost);
        while (problem.supply.Any(rest => rest > 0))
        {
            problem.Augment();
        }

        var total = 0.0;
        for (var i = 0; i < from.Length; i++)
        {
            for (var j = 0; j < to.Length; j++)
            {
                total += problem.flow[i, j] * cost[i][j];
            }
        }

        return total / ((double)from.Sum() * to.Sum());
    }

    /// <summary>Sends as much as fits along the cheapest path from a source with supply to a sink with demand.</summary>
    private void Augment()
    {
        var sink = ShortestPath();
        var amount = demand[sink - supply.Length];
        var source = sink;
        for (; previous[source] >= 0; source = previous[source])
        {
            if (source < supply.Length)
            {
                amount = Math.Min(amount, flow[source, previous[source] - supply.Length]); // a backward edge undoes flow
            }
        }

        amount = Math.Min(amount, supply[source]);
        supply[source] -= amount;
        demand[sink - supply.Length] -= amount;
        for (var node = sink; previous[node] >= 0; node = previous[node])
        {
            if (node < supply.Length)
            {
                flow[node, previous[node] - supply.Length] -= amount;
            }
            else
            {
                flow[previous[node], node - supply.Length] += amount;
            }
        }

        for (var node = 0; node < potential.Length; node++)
        {
            potential[node] += Math.Min(distance[node], distance[sink]);
        }
    }

    /// <summary>Dijkstra from all sources with supply; the nearest sink with demand.</summary>
    private int ShortestPath()
    {
        var settled = new bool[potential.Length];
        Array.Fill(previous, -1);
        for (var node = 0; node < distance.Length; node++)
        {
            distance[node] = node < supply.Length && supply[node] > 0 ? 0 : double.PositiveInfinity;
        }

        while (true)
        {
            var nearest = -1;
            for (var node = 0; node < distance.Length; node++)
            {
                if (!settled[node] && (nearest < 0 || distance[node] < distance[nearest]))
                {
                    nearest = node;
                }
            }

            settled[nearest] = true;
            if (nearest >= supply.Length && demand[nearest - supply.Length] > 0)
            {
                return nearest;
            }

            Relax(nearest, settled);
        }
    }

    private void Relax(int node, bool[] settled)
    {
        var isSource = node < supply.Length;
        var (start, end) = isSource ? (supply.Length, distance.Length) : (0, supply.Length);
        for (var other = start; other < end; other++)
        {
            var (i, j) = isSource ? (node, other - supply.Length) : (other, node - supply.Length);
            if (settled[other] || (!isSource && flow[i, j] == 0))
            {
                continue;
            }

            var edge = isSource ? cost[i][j] : -cost[i][j];
            var reduced = Math.Max(0, edge + potential[node] - potential[other]);
            if (distance[node] + reduced < distance[other])
            {
                distance[other] = distance[node] + reduced;
                previous[other] = node;
            }
        }
    }
}
