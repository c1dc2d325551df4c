using Alignment.Pipeline.People;
using Alignment.Pipeline.Runs.Start;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Resume;

/// <summary>Puts a run that was stopped, was interrupted or failed back into the queue; it goes on from its last checkpoint.</summary>
/// <param name="Id">The run.</param>
/// <param name="AskedBy">Who asks.</param>
[Needs(Role.Engineer)]
public sealed record ResumeRun(string Id, string AskedBy) : IRequest<QueuedRun>;

internal sealed class ResumeRunValidator : AbstractValidator<ResumeRun>
{
    public ResumeRunValidator()
    {
        RuleFor(message => message.Id).RunId();
        RuleFor(message => message.AskedBy).NotEmpty().WithMessage("a run belongs to whoever asks for it: sign in first");
    }
}
