using System.Reflection;
using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Messaging;

/// <summary>Refuses a message whose sender's roles do not allow it. A message that says nothing about roles is a fault.</summary>
internal sealed class RoleBehavior<TRequest, TResponse>(CurrentActor current) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly NeedsAttribute? Needs = typeof(TRequest).GetCustomAttribute<NeedsAttribute>();
    private static readonly bool IsOpen = typeof(TRequest).IsDefined(typeof(OpenToAllAttribute));

    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (IsOpen)
        {
            return next();
        }

        if (Needs is null)
        {
            throw new InvalidOperationException($"{typeof(TRequest).Name} does not say who may send it: put [Needs] or [OpenToAll] on it");
        }

        Actor actor = current.Actor ?? throw new AccessRefused("sign in first");
        return actor.MayAs(Needs.Roles) ? next() : throw new AccessRefused($"this needs the role {string.Join(" or ", Needs.Roles)}; ask an admin for it");
    }
}
