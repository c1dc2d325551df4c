using System.Globalization;

using Alignment.Data;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>A finding of the audit before the first step: what is wrong and in which rows.</summary>
public sealed class AuditError(string problem, IReadOnlyList<string> rows) : UserError(Describe(problem, rows), ExitCodes.Failed)
{
    private const int Named = 8;

    /// <summary>What is wrong.</summary>
    public string Problem => problem;

    /// <summary>The rows in question.</summary>
    public IReadOnlyList<string> Rows => rows;

    private static string Describe(string problem, IReadOnlyList<string> rows) => string.Create(CultureInfo.InvariantCulture,
        $"stopped before the first step: {problem}; {rows.Count} rows: {string.Join(", ", rows.Take(Named))}{(rows.Count > Named ? " …" : "")}");
}

/// <summary>
/// The trainer checks itself before it changes a weight: rows against their text, batches against their rows, and, while policy
/// and reference are equal, every loss against its known value.
/// </summary>
public static class StepZeroAudit
{
    private const double Fp32LossTolerance = 1e-5, RewardTolerance = 0.05;

    /// <summary>Stops where an encoded row is not what its text gives by the convention.</summary>
    /// <param name="rows">name and problems of each row</param>
    /// <exception cref="AuditError">names the first kind of problem and all rows that have it</exception>
    public static void CheckRows(IEnumerable<(string Name, IEnumerable<string> Problems)> rows)
    {
        IGrouping<string, (string Name, string Problem)>? worst = rows
            .SelectMany(row => row.Problems.Select(problem => (row.Name, Problem: problem)))
            .GroupBy(found => Kind(found.Problem))
            .FirstOrDefault();
        if (worst is not null)
        {
            throw new AuditError(worst.First().Problem, [.. worst.Select(found => found.Name).Distinct()]);
        }
    }

    /// <summary>Stops where a batch predicts another token than the one that follows.</summary>
    public static void CheckBatch(SequenceBatch batch, IRowSet rows)
    {
        var follows = new Dictionary<int, List<long>>();
        foreach ((int row, int start, int length, int continues) in batch.Segments)
        {
            int at = row * batch.Columns + start;
            for (int i = 1; i < length; i++)
            {
                Add(follows, at + i - 1, batch.Ids[at + i]);
            }

            if (continues >= 0)
            {
                Models.Segment before = batch.Segments[continues];
                Add(follows, before.Row * batch.Columns + before.Start + before.Length - 1, batch.Ids[at]);
            }
        }

        int labels = batch.Source.Sum(rows.Labels);
        bool consistent = batch.Predictors.Length == labels
            && Enumerable.Range(0, labels).All(i => follows.TryGetValue(batch.Predictors[i], out List<long>? next) && next.Contains(batch.Targets[i]));
        if (!consistent)
        {
            throw new AuditError("the mask is shifted: a batch predicts tokens that do not follow", [.. batch.Source.Select(rows.Name)]);
        }
    }

    /// <summary>Stops where two passes differ, or the loss is not its known value while policy and reference have equal weights.</summary>
    /// <param name="parts">what will be trained; gradients are cleared afterwards</param>
    /// <param name="step">the first step's micro-batches</param>
    /// <param name="options">what is checked</param>
    /// <exception cref="AuditError">names what is wrong and the rows</exception>
    public static void CheckValues(LoopParts parts, PreparedStep step, AuditOptions options)
    {
        foreach (SequenceBatch batch in step.Batches)
        {
            CheckBatch(batch, parts.Rows);
            RowValues values = Pass(parts, batch, step.Context, options);
            RowValues again = Pass(parts, batch, step.Context, options);
            Stop(batch, parts.Rows, row => Enumerable.Range(0, parts.Objective.Columns.Count).Any(c => values[row, c] != again[row, c]),
                "two passes over the same rows differ: dropout was left on");
            if (!options.ReferenceIsPolicy || parts.Objective.KnownFirstLoss is not double known)
            {
                continue;
            }

            Stop(batch, parts.Rows, row => options.Exact && !(Math.Abs(values[row, 0] - known) <= Fp32LossTolerance * known), string.Create(
                CultureInfo.InvariantCulture, $"wrong reference: the loss is not {known:0.######}, its value while policy and reference are equal"));
            Stop(batch, parts.Rows, row => !(options.LargestReward(batch, values, row) <= RewardTolerance),
                "wrong reference: rewards are not 0 while policy and reference are equal");
        }

        parts.Parameters.ZeroGradients();
    }

    private static RowValues Pass(LoopParts parts, SequenceBatch batch, StepContext context, AuditOptions options)
    {
        using var scope = NewDisposeScope();
        StepSums sums = options.TrainingPass ? parts.Objective.Accumulate(batch, context) : parts.Objective.Evaluate(batch);
        parts.Parameters.ZeroGradients();
        return new RowValues(sums.PerRow.cpu().data<double>().ToArray(), parts.Objective.Columns.Count);
    }

    private static void Stop(SequenceBatch batch, IRowSet rows, Func<int, bool> isWrong, string problem)
    {
        string[] wrong = [.. batch.Source.Where((_, row) => isWrong(row)).Select(rows.Name)];
        if (wrong.Length > 0)
        {
            throw new AuditError(problem, wrong);
        }
    }

    private static void Add(Dictionary<int, List<long>> follows, int position, long id)
    {
        if (!follows.TryGetValue(position, out List<long>? ids))
        {
            follows[position] = ids = [];
        }

        ids.Add(id);
    }

    private static string Kind(string problem) => problem.Split(" (", 2)[0];
}

/// <summary>What the audit of values may expect.</summary>
/// <param name="ReferenceIsPolicy">false with an explicit other reference: values are then not known</param>
/// <param name="Exact">fp32: the loss is its known value within 1e-5; otherwise rewards are within 0.05</param>
/// <param name="TrainingPass">true checks the pass that training takes; false where dropout is wanted in it</param>
/// <param name="Beta">factor of the rewards</param>
public sealed record AuditOptions(bool ReferenceIsPolicy, bool Exact, bool TrainingPass, double Beta)
{
    /// <summary>The larger absolute reward of a pair's two sides.</summary>
    internal double LargestReward(SequenceBatch batch, RowValues values, int row) => batch.ReferenceChosen is null ? 0
        : Beta * Math.Max(Math.Abs(values[row, 1] - batch.ReferenceChosen[row]), Math.Abs(values[row, 2] - batch.ReferenceRejected![row]));
}
