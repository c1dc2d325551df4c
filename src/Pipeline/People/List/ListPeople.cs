using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.People.List;

/// <summary>Everybody with an account, by name.</summary>
[Needs(Role.Admin)]
public sealed record ListPeople : IRequest<IReadOnlyList<PersonSummary>>;

/// <summary>Somebody with an account.</summary>
/// <param name="Id">The person's id.</param>
/// <param name="Name">The name.</param>
/// <param name="Roles">What the person may do.</param>
/// <param name="Judgments">How many judgments the person made, revisions included.</param>
/// <param name="Closed">The account is closed.</param>
/// <param name="CreatedAt">When the person joined (UTC).</param>
public sealed record PersonSummary(string Id, string Name, IReadOnlyList<string> Roles, int Judgments, bool Closed, DateTime CreatedAt);

internal sealed class ListPeopleHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListPeople, IReadOnlyList<PersonSummary>>
{
    public async Task<IReadOnlyList<PersonSummary>> Handle(ListPeople request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        ILookup<string, string> roles = (await (
            from held in db.UserRoles
            join role in db.Roles on held.RoleId equals role.Id
            select new { held.UserId, role.Name }).ToListAsync(cancellationToken)).ToLookup(row => row.UserId, row => row.Name);
        Dictionary<string, int> judgments = await db.Judgments.Where(judgment => judgment.LabelerKind == LabelerKind.Person)
            .GroupBy(judgment => judgment.LabelerId)
            .Select(group => new { Id = group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Id, row => row.Count, cancellationToken);
        List<Person> people = await db.Users.AsNoTracking().OrderBy(person => person.NormalizedUserName).ToListAsync(cancellationToken);
        return [.. people.Select(person => new PersonSummary(
            person.Id, person.UserName!, [.. roles[person.Id].Order(StringComparer.Ordinal)], judgments.GetValueOrDefault(person.Id), person.Closed, person.CreatedAt))];
    }
}
