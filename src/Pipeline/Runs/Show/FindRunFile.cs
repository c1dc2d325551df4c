using Alignment.Pipeline.People;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Show;

/// <summary>Where a file lies that <see cref="ShowRun"/> lists.</summary>
/// <param name="Id">The run.</param>
/// <param name="Name">The file's name as listed.</param>
/// <returns>the full path</returns>
[Needs(Role.Engineer)]
public sealed record FindRunFile(string Id, string Name) : IRequest<string>;

internal sealed class FindRunFileValidator : AbstractValidator<FindRunFile>
{
    public FindRunFileValidator() => RuleFor(message => message.Id).RunId();
}
