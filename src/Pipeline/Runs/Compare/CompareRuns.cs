using Alignment.Pipeline.People;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Compare;

/// <summary>What differs between the configurations of runs.</summary>
/// <param name="Ids">The runs, two or more.</param>
[Needs(Role.Engineer)]
public sealed record CompareRuns(IReadOnlyList<string> Ids) : IRequest<RunComparison>;

/// <summary>The keys that are not the same in all runs.</summary>
/// <param name="Ids">The runs, in the order asked for.</param>
/// <param name="Differences">By key the value of each run, defaults written out; null where the run has no such key.</param>
public sealed record RunComparison(IReadOnlyList<string> Ids, IReadOnlyList<RunDifference> Differences);

/// <summary>A key that differs.</summary>
/// <param name="Key">The key with its section, such as <c>optimizer.learning_rate</c>.</param>
/// <param name="Values">The value of each run.</param>
public sealed record RunDifference(string Key, IReadOnlyList<string?> Values);

internal sealed class CompareRunsValidator : AbstractValidator<CompareRuns>
{
    public CompareRunsValidator()
    {
        RuleFor(message => message.Ids).Must(ids => ids.Distinct().Count() >= 2).WithMessage("two different runs or more can be compared");
        RuleForEach(message => message.Ids).RunId();
    }
}
