using Alignment.Pipeline.People;
using Alignment.Shared.Runs;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Stop;

/// <summary>
/// Stops a run: one that waits is stopped at once, one that works is asked by the stop file and ends with a checkpoint. The
/// worker sends a signal when that takes too long, and kills it in the end.
/// </summary>
/// <param name="Id">The run.</param>
[Needs(Role.Engineer)]
public sealed record StopRun(string Id) : IRequest<RunState>;

internal sealed class StopRunValidator : AbstractValidator<StopRun>
{
    public StopRunValidator() => RuleFor(message => message.Id).RunId();
}
