using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Brief;

/// <summary>What an annotator reads before the first item of a project.</summary>
/// <param name="Project">The project's name.</param>
[Needs(Role.Annotator)]
public sealed record ShowBrief(string Project) : IRequest<ProjectBrief>;

/// <summary>What a project tells its annotators.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Guidelines">What to go by, in Markdown; null without.</param>
/// <param name="ContentWarning">What the items may contain; null without.</param>
public sealed record ProjectBrief(string Project, string? Guidelines, string? ContentWarning);

internal sealed class ShowBriefValidator : AbstractValidator<ShowBrief>
{
    public ShowBriefValidator() => RuleFor(message => message.Project).ProjectName();
}

internal sealed class ShowBriefHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ShowBrief, ProjectBrief>
{
    public async Task<ProjectBrief> Handle(ShowBrief request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        return new(project.Name, project.Guidelines, project.ContentWarning);
    }
}
