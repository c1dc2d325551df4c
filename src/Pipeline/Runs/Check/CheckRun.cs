using Alignment.Pipeline.People;
using Alignment.Shared.Runs;
using MediatR;

namespace Alignment.Pipeline.Runs.Check;

/// <summary>What is wrong with a run.yaml, and what it says with every default written out. Starts nothing.</summary>
/// <param name="Yaml">The content of the run.yaml.</param>
[Needs(Role.Engineer)]
public sealed record CheckRun(string Yaml) : IRequest<RunCheck>;

/// <summary>A run.yaml that was looked at.</summary>
/// <param name="Errors">Every error with its line; empty when the run can be started.</param>
/// <param name="Spec">What it says; null where it cannot be read.</param>
/// <param name="Resolved">What it says with every default, as text; null where it cannot be read.</param>
public sealed record RunCheck(IReadOnlyList<RunSpecError> Errors, RunSpec? Spec, string? Resolved);
