using Alignment.Pipeline.People;
using Alignment.Pipeline.Runs.List;
using Alignment.Pipeline.Runs.Models;
using Alignment.Shared.Runs;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Runs.Show;

/// <summary>Everything about one run except its metrics.</summary>
/// <param name="Id">The run.</param>
/// <param name="ConsoleBytes">How much of the console's end is wanted.</param>
[Needs(Role.Engineer)]
public sealed record ShowRun(string Id, int ConsoleBytes = 16_384) : IRequest<RunDetails>;

/// <summary>One run.</summary>
/// <param name="Summary">As in the list.</param>
/// <param name="RunYaml">The run.yaml as it was given; null when it is gone.</param>
/// <param name="Resolved">The run.yaml with every default; null before the first start.</param>
/// <param name="Manifest">What it was made with; null before the first start.</param>
/// <param name="Checkpoints">The steps of its checkpoints, ascending.</param>
/// <param name="Console">The end of what it printed.</param>
/// <param name="Files">The files for download, results first; their content comes by <see cref="FindRunFile"/>.</param>
/// <param name="Evaluations">What was measured on its result.</param>
/// <param name="Model">The name by which its result is a model (<c>model:</c> takes the run's id); null before it is completed.</param>
/// <param name="Folder">Where it lies.</param>
public sealed record RunDetails(
    RunSummary Summary,
    string? RunYaml,
    string? Resolved,
    RunManifest? Manifest,
    IReadOnlyList<int> Checkpoints,
    string Console,
    IReadOnlyList<RunFile> Files,
    IReadOnlyList<ModelEvaluation> Evaluations,
    string? Model,
    string Folder);

/// <summary>A file of a run.</summary>
/// <param name="Name">Its path in the run's folder, with '/'.</param>
/// <param name="Bytes">Its length.</param>
public sealed record RunFile(string Name, long Bytes);

internal sealed class ShowRunValidator : AbstractValidator<ShowRun>
{
    private const int MostBytes = 1 << 22;

    public ShowRunValidator()
    {
        RuleFor(message => message.Id).RunId();
        RuleFor(message => message.ConsoleBytes).InclusiveBetween(0, MostBytes).WithMessage(FormattableString.Invariant($"the console's end has 0 to {MostBytes} bytes"));
    }
}
