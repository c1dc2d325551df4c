using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Runs.Start;

/// <summary>Puts a run into the queue: checks it, makes its folder with the run.yaml as given, adds its row.</summary>
/// <param name="Yaml">The content of the run.yaml. Names are looked up in the data folder, relative paths start at the run's folder.</param>
/// <param name="AskedBy">Who asks.</param>
[Needs(Role.Engineer)]
public sealed record StartRun(string Yaml, string AskedBy) : IRequest<QueuedRun>;

/// <summary>A run that waits for its turn.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Ahead">How many runs of its device are before it, the one that is running included.</param>
public sealed record QueuedRun(string Id, int Ahead);
