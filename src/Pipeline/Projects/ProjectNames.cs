using Alignment.Pipeline.Storage;
using Alignment.Shared;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects;

/// <summary>Projects by the names that people and command lines use.</summary>
internal static class ProjectNames
{
    /// <summary>The rule of a project's name.</summary>
    public static IRuleBuilderOptions<T, string> ProjectName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(IsValid)
        .WithMessage(FormattableString.Invariant($"a project's name has 1 to {Project.NameLength} letters, digits, '.', '_' and '-', and begins with a letter or digit"));

    /// <summary>The project of a name.</summary>
    /// <exception cref="UserError">There is none; the message names those that there are.</exception>
    public static async Task<Project> GetAsync(AlignmentDb db, string name, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().SingleOrDefaultAsync(project => project.Name == name, cancellationToken) is { } found)
        {
            return found;
        }

        string[] names = await db.Projects.OrderBy(project => project.Name).Select(project => project.Name).Take(10).ToArrayAsync(cancellationToken);
        throw new UserError($"there is no project '{name}'; " + (names.Length == 0 ? "'pipeline import FILE --project NAME' makes the first one" : $"known: {string.Join(", ", names)}"));
    }

    /// <summary>The project of a name, made in the context's transaction where there is none.</summary>
    public static async Task<Project> GetOrAddAsync(AlignmentDb db, string name, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Projects.SingleOrDefaultAsync(project => project.Name == name, cancellationToken) is { } found)
        {
            return found;
        }

        var project = new Project { Name = name, CreatedAt = now };
        db.Projects.Add(project);
        await db.SaveChangesAsync(cancellationToken);
        return project;
    }

    private static bool IsValid(string name) => name is { Length: >= 1 and <= Project.NameLength }
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
