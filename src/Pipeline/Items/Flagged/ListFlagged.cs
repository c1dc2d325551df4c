using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Items.Flagged;

/// <summary>The items of which somebody says that something is wrong with them, the newest flags first.</summary>
/// <param name="Project">The project's name.</param>
[Needs(Role.Engineer)]
public sealed record ListFlagged(string Project) : IRequest<FlaggedItems>
{
    /// <summary>Flags that are given out at most.</summary>
    public const int MaxFlags = 500;
}

/// <summary>Flags.</summary>
/// <param name="Flags">The newest of them.</param>
/// <param name="Total">How many there are.</param>
public sealed record FlaggedItems(IReadOnlyList<Flag> Flags, int Total);

/// <summary>A flag that nobody took back.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Kind">What the item asks for.</param>
/// <param name="By">Who says it.</param>
/// <param name="Comment">What is wrong.</param>
/// <param name="At">When (UTC).</param>
public sealed record Flag(long ItemId, string Kind, string By, string Comment, DateTime At);

internal sealed class ListFlaggedValidator : AbstractValidator<ListFlagged>
{
    public ListFlaggedValidator() => RuleFor(message => message.Project).ProjectName();
}
