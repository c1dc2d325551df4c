using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Runs.Models;

/// <summary>The models that <c>model:</c> can name: those under models/, then the results of runs, newest first.</summary>
[Needs(Role.Engineer)]
public sealed record ListModels : IRequest<IReadOnlyList<ModelSummary>>;

/// <summary>Where a model came from.</summary>
public enum ModelKind
{
    /// <summary>It was put into models/.</summary>
    Base,

    /// <summary>It was fetched or imported: an origin.json says from where.</summary>
    Imported,

    /// <summary>A run made it.</summary>
    Trained,
}

/// <summary>A model in a list.</summary>
/// <param name="Name">What <c>model:</c> calls it: a name under models/ or a run's id.</param>
/// <param name="Kind">Where it came from.</param>
/// <param name="Family">The architecture's name; null where the files do not say.</param>
/// <param name="Parameters">Its parameters; null where the files do not say (GGUF).</param>
/// <param name="Bytes">The size of its files.</param>
/// <param name="ChangedAt">When its files were last changed (UTC).</param>
/// <param name="Run">The run that made it; null for others.</param>
/// <param name="Parent">The model that its run started from, as the run.yaml names it; null for others.</param>
/// <param name="Data">The rows that it was trained on, as the run.yaml names them; null for others.</param>
/// <param name="Evaluations">How many measurements there are.</param>
public sealed record ModelSummary(
    string Name, ModelKind Kind, string? Family, long? Parameters, long Bytes, DateTime ChangedAt, string? Run, string? Parent, string? Data, int Evaluations);
