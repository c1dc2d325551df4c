using System.Reflection;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Messaging;

/// <summary>
/// The registration that MediatR 5.1.0 leaves to its users: handlers and validators of one assembly by scanning, behaviours
/// in the given order (docs/decisions/mediatr-5.1.0.md).
/// </summary>
internal static class MediatorRegistration
{
    private static readonly Type[] Contracts = [typeof(IRequestHandler<,>), typeof(IValidator<>)];

    /// <summary>Registers the mediator, every handler and validator of the assembly, and the behaviours, the first outermost.</summary>
    public static IServiceCollection AddMessages(this IServiceCollection services, Assembly assembly, params Type[] behaviors)
    {
        services.AddScoped<IMediator>(provider => new Mediator(type => provider.GetService(type)!));
        foreach ((Type contract, Type implementation) in Find(assembly))
        {
            services.AddScoped(contract, implementation);
        }

        foreach (Type behavior in behaviors)
        {
            services.AddScoped(typeof(IPipelineBehavior<,>), behavior);
        }

        return services;
    }

    /// <summary>Every handler and validator of an assembly with the interface that it implements.</summary>
    public static IEnumerable<(Type Contract, Type Implementation)> Find(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }
        from contract in type.GetInterfaces()
        where contract.IsGenericType && Contracts.Contains(contract.GetGenericTypeDefinition())
        select (contract, type);
}
