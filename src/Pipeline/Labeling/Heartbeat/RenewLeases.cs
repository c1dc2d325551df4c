using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Heartbeat;

/// <summary>Keeps a person's leases alive while it looks at the items.</summary>
/// <param name="AnnotatorId">The person.</param>
/// <param name="Tokens">The leases.</param>
[Needs(Role.Annotator)]
public sealed record RenewLeases(string AnnotatorId, IReadOnlyList<string> Tokens) : IRequest<IReadOnlyList<string>>;

internal sealed class RenewLeasesValidator : AbstractValidator<RenewLeases>
{
    private const int Most = 100;

    public RenewLeasesValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("a lease belongs to a person: sign in first");
        RuleFor(message => message.Tokens).Must(tokens => tokens.Count <= Most).WithMessage(FormattableString.Invariant($"at most {Most} leases are renewed at a time"));
    }
}

/// <summary>Answers with the leases that still hold: one that ran out holds again where a place is free for it.</summary>
internal sealed class RenewLeasesHandler(Transactions transactions, TimeProvider clock) : IRequestHandler<RenewLeases, IReadOnlyList<string>>
{
    public Task<IReadOnlyList<string>> Handle(RenewLeases request, CancellationToken cancellationToken) => transactions.RunAsync<IReadOnlyList<string>>(
        async (db, token) =>
        {
            DateTime now = clock.GetUtcNow().UtcDateTime;
            List<Assignment> held = await db.Assignments
                .StillOpenTo(request.AnnotatorId, now)
                .Where(assignment => request.Tokens.Contains(assignment.Token))
                .ToListAsync(token);
            foreach (Assignment assignment in held)
            {
                assignment.ExpiresAt = now + Assignment.Lease;
            }

            return [.. held.Select(assignment => assignment.Token)];
        },
        cancellationToken);
}
