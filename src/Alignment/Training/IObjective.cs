using Alignment.Data;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>Counts of a whole step, over all its micro-batches and processes, by which a loss is normalised.</summary>
/// <param name="Rows">rows (pairs) of the step</param>
/// <param name="Labels">learned tokens of the step</param>
public sealed record StepContext(int Rows, long Labels)
{
    /// <summary>The counts of a planned step.</summary>
    public static StepContext Of(IRowSet rows, IReadOnlyList<int[]> microBatches) =>
        new(microBatches.Sum(micro => micro.Length), microBatches.Sum(micro => micro.Sum(row => (long)rows.Labels(row))));
}

/// <summary>
/// What a micro-batch leaves on the device: a few numbers per row, from which all metrics are made on the host once the step is
/// read. It belongs to the dispose scope of the micro-batch.
/// </summary>
/// <param name="PerRow">[B, columns] fp64, columns as <see cref="IObjective.Columns"/></param>
public sealed record StepSums(Tensor PerRow);

/// <summary>What a trainer adds to the loop: forward and backward of one micro-batch, and what its numbers mean.</summary>
public interface IObjective
{
    /// <summary>Names of the numbers per row; the first is the row's loss.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Forward and backward of one micro-batch; the gradient is added to the trained weights' gradients. Reads nothing back.</summary>
    StepSums Accumulate(SequenceBatch batch, StepContext step);

    /// <summary>Forward alone, without a gradient. Reads nothing back.</summary>
    StepSums Evaluate(SequenceBatch batch);

    /// <summary>Adds the metrics of one micro-batch as sums with weights.</summary>
    /// <param name="sums">receives them</param>
    /// <param name="batch">the micro-batch</param>
    /// <param name="values">what <see cref="StepSums.PerRow"/> held</param>
    /// <param name="training">true in a step, where terms that are means over a micro-batch follow the step's rule; false on held-out rows</param>
    void AddMetrics(MetricSums sums, SequenceBatch batch, RowValues values, bool training);

    /// <summary>The loss of every row while policy and reference have equal weights; null where there is none to know.</summary>
    double? KnownFirstLoss { get; }
}

/// <summary>Numbers per row on the host.</summary>
/// <param name="values">row by row</param>
/// <param name="columns">numbers of a row</param>
public sealed class RowValues(double[] values, int columns)
{
    /// <summary>Number of rows.</summary>
    public int Rows => values.Length / columns;

    /// <summary>One number.</summary>
    public double this[int row, int column] => values[row * columns + column];

    /// <summary>One column.</summary>
    public double[] Column(int column) => [.. Enumerable.Range(0, Rows).Select(row => this[row, column])];

    /// <summary>True when every number of a row is finite.</summary>
    public bool IsFinite(int row) => Enumerable.Range(0, columns).All(column => double.IsFinite(this[row, column]));
}
