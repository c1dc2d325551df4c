using Alignment.Shared;
using FluentValidation;
using FluentValidation.Results;
using MediatR;

namespace Alignment.Pipeline.Messaging;

/// <summary>Refuses a message whose validators find anything, with all findings at once.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        List<ValidationFailure> failures = [];
        foreach (IValidator<TRequest> validator in validators)
        {
            ValidationResult result = await validator.ValidateAsync(request, cancellationToken);
            failures.AddRange(result.Errors);
        }

        return failures.Count == 0
            ? await next()
            : throw new UserError(string.Join(Environment.NewLine, failures.Select(failure => failure.ErrorMessage)));
    }
}
