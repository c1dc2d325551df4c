using Alignment.Pipeline.People;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Models;

/// <summary>One model: where it came from and what was measured on it.</summary>
/// <param name="Name">A name under models/ or a run's id.</param>
[Needs(Role.Engineer)]
public sealed record ShowModel(string Name) : IRequest<ModelDetails>;

/// <summary>One model.</summary>
/// <param name="Summary">As in the list.</param>
/// <param name="Path">Its folder or file.</param>
/// <param name="Origin">The entries of its origin.json as text, nested ones joined by a dot; empty without one.</param>
/// <param name="Lineage">How it was made, the newest run first: each run started from the model of the next one.</param>
/// <param name="Evaluations">What was measured on it, oldest first.</param>
public sealed record ModelDetails(
    ModelSummary Summary, string Path, IReadOnlyDictionary<string, string> Origin, IReadOnlyList<ModelStep> Lineage, IReadOnlyList<ModelEvaluation> Evaluations);

/// <summary>One run of a model's past.</summary>
/// <param name="Run">The run; empty where only its result is known.</param>
/// <param name="Trainer">The trainer.</param>
/// <param name="Model">The model that it started from, as its run.yaml names it.</param>
/// <param name="Data">The rows, as its run.yaml names them.</param>
/// <param name="DataSha256">The hash of the rows; null where the manifest is gone.</param>
/// <param name="StartedAt">When it started (UTC); null where the manifest is gone.</param>
public sealed record ModelStep(string Run, string Trainer, string Model, string Data, string? DataSha256, DateTime? StartedAt);

/// <summary>One line of evaluations.jsonl.</summary>
/// <param name="Time">When it was measured (UTC).</param>
/// <param name="Kind">What was measured: preference, reward …</param>
/// <param name="Data">On which rows.</param>
/// <param name="Split">On which part of them.</param>
/// <param name="Figures">The report's numbers by name, nested ones joined by a dot.</param>
/// <param name="Json">The whole report.</param>
public sealed record ModelEvaluation(DateTime Time, string Kind, string Data, string Split, IReadOnlyDictionary<string, double> Figures, string Json);

internal sealed class ShowModelValidator : AbstractValidator<ShowModel>
{
    public ShowModelValidator() => RuleFor(message => message.Name).RunId().WithMessage("a model is named by its name under models/ or by its run's id");
}
