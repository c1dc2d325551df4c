using Alignment.Pipeline.People;
using Alignment.Shared.Preferences;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Serving.Ask;

/// <summary>Asks a model; what it answers is streamed while it is read, and ends with the reading.</summary>
/// <param name="Model">A name under models/ or a run's id.</param>
/// <param name="Prompt">The conversation to answer.</param>
/// <param name="Sampling">How the answer is drawn.</param>
[Needs(Role.Engineer)]
public sealed record AskModel(string Model, IReadOnlyList<Message> Prompt, Sampling Sampling) : IRequest<IAsyncEnumerable<AnswerPiece>>;

internal sealed class AskModelValidator : AbstractValidator<AskModel>
{
    public AskModelValidator()
    {
        RuleFor(message => message.Model).ModelName();
        RuleFor(message => message.Prompt).Must(turns => turns is [.., { Role: Roles.User } last] && !string.IsNullOrWhiteSpace(last.Content)).WithMessage("the prompt is empty: write what the models shall answer");
        RuleFor(message => message.Sampling).SetValidator(new SamplingValidator());
    }
}

internal sealed class AskModelHandler(ModelAnswers answers) : IRequestHandler<AskModel, IAsyncEnumerable<AnswerPiece>>
{
    public Task<IAsyncEnumerable<AnswerPiece>> Handle(AskModel request, CancellationToken cancellationToken) =>
        Task.FromResult(answers.AskAsync(request.Model, request.Prompt, request.Sampling, CancellationToken.None)); // whoever reads it brings a token
}
