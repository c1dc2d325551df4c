using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects;
using Alignment.Shared.Preferences;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Serving.Add;

/// <summary>Makes items to label of answers to one prompt: two become a pair, one a single answer; of equal ones one is taken.</summary>
/// <param name="Project">The project's name; it is made when it does not exist.</param>
/// <param name="Prompt">The conversation that was answered.</param>
/// <param name="Answers">The answers and who wrote them.</param>
/// <param name="Sampling">How they were drawn.</param>
[Needs(Role.Engineer)]
public sealed record AddAnswers(string Project, IReadOnlyList<Message> Prompt, IReadOnlyList<ModelAnswer> Answers, Sampling Sampling) : IRequest<AddedAnswers>;

/// <summary>What became of answers.</summary>
/// <param name="Pairs">Pairs that were added.</param>
/// <param name="Singles">Single answers that were added.</param>
/// <param name="Equal">Answers left out because another one says the same.</param>
/// <param name="Empty">Answers left out because they say nothing.</param>
/// <param name="Unpaired">Answers left out because they found no partner.</param>
/// <param name="AlreadyThere">True when the project had all of it.</param>
public sealed record AddedAnswers(int Pairs, int Singles, int Equal, int Empty, int Unpaired, bool AlreadyThere);

internal sealed class AddAnswersValidator : AbstractValidator<AddAnswers>
{
    public AddAnswersValidator()
    {
        RuleFor(message => message.Project).ProjectName();
        RuleFor(message => message.Answers).NotEmpty().WithMessage("there is no answer to label yet");
        RuleForEach(message => message.Answers).ChildRules(answer => answer.RuleFor(one => one.Model).ModelName());
        RuleFor(message => message.Sampling).SetValidator(new SamplingValidator());
    }
}
