using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Serving;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Generations.Start;

/// <summary>Has models answer the prompts of a file, one after the other in the background; the answers become items to label.</summary>
[Needs(Role.Engineer)]
public sealed record StartGeneration : IRequest<StartedGeneration>
{
    /// <summary>The most answers of a model to one prompt.</summary>
    public const int MostAnswers = 16;

    /// <summary>The project that gets the items; it is made when it does not exist.</summary>
    public required string Project { get; init; }

    /// <summary>The models, one or two: names under models/ or runs' ids.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Answers of each model to each prompt.</summary>
    public int Answers { get; init; } = 1;

    /// <summary>How the answers are drawn.</summary>
    public required Sampling Sampling { get; init; }

    /// <summary>The file: JSON rows with <c>prompt</c> or <c>messages</c>, or plain text. The caller disposes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>The file's name, without folders.</summary>
    public required string FileName { get; init; }
}

/// <summary>A job that was started.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Prompts">Prompts that are asked.</param>
/// <param name="Rejected">Lines that are no prompts; <c>ShowGeneration</c> names them.</param>
public sealed record StartedGeneration(int Id, int Prompts, int Rejected);

internal sealed class StartGenerationValidator : AbstractValidator<StartGeneration>
{
    public StartGenerationValidator()
    {
        RuleFor(message => message.Project).ProjectName();
        RuleFor(message => message.Models).Must(models => models.Count is 1 or 2 && models.Distinct().Count() == models.Count).WithMessage("choose one model, or two different ones");
        RuleForEach(message => message.Models).ModelName();
        RuleFor(message => message.Answers).InclusiveBetween(1, StartGeneration.MostAnswers).WithMessage($"a model gives 1 to {StartGeneration.MostAnswers} answers to a prompt");
        RuleFor(message => message.Answers).Must((message, answers) => answers == 1 || message.Sampling.Temperature > 0)
            .WithMessage("at temperature 0 a model always answers the same: raise the temperature, or ask for one answer");
        RuleFor(message => message.Sampling).SetValidator(new SamplingValidator());
        RuleFor(message => message.FileName).NotEmpty().MaximumLength(255).WithMessage("the file's name has 1 to 255 characters");
    }
}
