using Alignment.Shared.Statistics;

namespace Alignment.Data;

/// <summary>How rows are put into steps and micro-batches.</summary>
/// <param name="RowsPerStep">rows of one optimizer step</param>
/// <param name="MicroBatch">rows of one forward pass</param>
public sealed record BatchPlan(int RowsPerStep, int MicroBatch)
{
    /// <summary>The seed of the order.</summary>
    public ulong Seed { get; init; }

    /// <summary>A new order in each epoch; false takes the file's order.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Inside a step, rows of similar length share a micro-batch, so that little is padding.</summary>
    public bool ByLength { get; init; } = true;
}

/// <summary>
/// Which rows each step trains on: a pure function of plan, lengths, epoch and step, so that a resumed run goes on with the very
/// rows that it would have had. The last, partial step of an epoch is kept. Planned for all processes at once; a rank takes its slice.
/// </summary>
public sealed class BatchPlanner
{
    private readonly BatchPlan _plan;
    private readonly IRowSet _rows;
    private int _epoch = -1;
    private int[] _order = [];

    /// <summary>A planner over all rows of a set.</summary>
    public BatchPlanner(BatchPlan plan, IRowSet rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.RowsPerStep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.MicroBatch, 1);
        (_plan, _rows) = (plan, rows);
    }

    /// <summary>Steps of one epoch.</summary>
    public int StepsPerEpoch => (_rows.Count + _plan.RowsPerStep - 1) / _plan.RowsPerStep;

    /// <summary>The micro-batches of one step: row indices.</summary>
    /// <param name="epoch">from 0</param>
    /// <param name="step">from 0 in its epoch</param>
    public IReadOnlyList<int[]> Step(int epoch, int step)
    {
        int[] order = Order(epoch);
        int start = step * _plan.RowsPerStep;
        int[] rows = order[start..Math.Min(start + _plan.RowsPerStep, order.Length)];
        return MicroBatches(rows, _plan.MicroBatch, _plan.ByLength ? _rows.Length : null);
    }

    /// <summary>The place after a step: the next one of the epoch, or the first one of the next epoch.</summary>
    public (int Epoch, int Step) After(int epoch, int step) => step + 1 < StepsPerEpoch ? (epoch, step + 1) : (epoch + 1, 0);

    /// <summary>All rows in micro-batches, in file order or by length: for passes without a gradient.</summary>
    public static IReadOnlyList<int[]> Pass(IRowSet rows, int microBatch, bool byLength) =>
        MicroBatches([.. Enumerable.Range(0, rows.Count)], microBatch, byLength ? rows.Length : null);

    private static List<int[]> MicroBatches(int[] rows, int size, Func<int, int>? length)
    {
        int[] ordered = length is null ? rows : [.. rows.OrderBy(length)];
        return [.. ordered.Chunk(size)];
    }

    private int[] Order(int epoch)
    {
        if (epoch == _epoch)
        {
            return _order;
        }

        int[] order = [.. Enumerable.Range(0, _rows.Count)];
        if (_plan.Shuffle)
        {
            var random = new EpochRandom(_plan.Seed, (ulong)epoch);
            for (int i = order.Length - 1; i > 0; i--)
            {
                int j = (int)random.Below((ulong)i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }
        }

        (_epoch, _order) = (epoch, order);
        return order;
    }

    /// <summary>Random numbers of one epoch: <see cref="SplitMix64"/>, its state mixed from seed and epoch.</summary>
    private sealed class EpochRandom(ulong seed, ulong epoch)
    {
        private readonly SplitMix64 _random = new(SplitMix64.Mix(seed + SplitMix64.Step) ^ SplitMix64.Mix(epoch + 0xD1B54A32D192ED03));

        /// <summary>Uniform in [0, bound), without the bias of a remainder.</summary>
        public ulong Below(ulong bound)
        {
            ulong limit = ulong.MaxValue - ulong.MaxValue % bound;
            ulong value;
            do
            {
                value = _random.NextBits();
            }
            while (value >= limit);

            return value % bound;
        }
    }
}
