using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects.Create;

/// <summary>Makes a project without items.</summary>
/// <param name="Name">Its name.</param>
[Needs(Role.Engineer)]
public sealed record CreateProject(string Name) : IRequest<string>;

internal sealed class CreateProjectValidator : AbstractValidator<CreateProject>
{
    public CreateProjectValidator() => RuleFor(message => message.Name).ProjectName();
}

/// <summary>Answers with the name.</summary>
internal sealed class CreateProjectHandler(Transactions transactions, TimeProvider clock) : IRequestHandler<CreateProject, string>
{
    public Task<string> Handle(CreateProject request, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            if (await db.Projects.AnyAsync(project => project.Name == request.Name, token))
            {
                throw new UserError($"there is a project '{request.Name}' already: choose another name, or open that one");
            }

            db.Projects.Add(new Project { Name = request.Name, CreatedAt = clock.GetUtcNow().UtcDateTime });
            return request.Name;
        },
        cancellationToken);
}
