using Alignment.Pipeline.People;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Series;

/// <summary>The metrics of runs as columns, from a place on: what a chart draws, and later only what is new.</summary>
/// <param name="Runs">The runs, each with the place that the last answer gave.</param>
[Needs(Role.Engineer)]
public sealed record RunSeries(IReadOnlyList<SeriesFrom> Runs) : IRequest<IReadOnlyList<RunColumns>>
{
    /// <summary>Only these metrics; null for all.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }
}

/// <summary>From where on a run's metrics are wanted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Cursor">0 for all, else <see cref="RunColumns.Cursor"/> of the last answer.</param>
public sealed record SeriesFrom(string RunId, long Cursor = 0);

/// <summary>
/// Metrics of one run, a column each. A step is given whole and at most once (of a repeated step the highest attempt counts), so
/// that a page puts what it gets in place of what it has of the same steps.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Cursor">Where the next question goes on.</param>
/// <param name="Steps">The steps, ascending.</param>
/// <param name="Seconds">When each step was written: seconds since 1970.</param>
/// <param name="Values">By metric a value for each step; null where the step has none.</param>
public sealed record RunColumns(string RunId, long Cursor, int[] Steps, double[] Seconds, IReadOnlyDictionary<string, double?[]> Values);

internal sealed class RunSeriesValidator : AbstractValidator<RunSeries>
{
    private const int MostRuns = 20;

    public RunSeriesValidator()
    {
        RuleFor(message => message.Runs).Must(runs => runs.Count is >= 1 and <= MostRuns).WithMessage(FormattableString.Invariant($"the metrics of 1 to {MostRuns} runs can be drawn at once"));
        RuleForEach(message => message.Runs).ChildRules(run =>
        {
            run.RuleFor(from => from.RunId).RunId();
            run.RuleFor(from => from.Cursor).GreaterThanOrEqualTo(0).WithMessage("a cursor is what the last answer gave, or 0");
        });
    }
}
