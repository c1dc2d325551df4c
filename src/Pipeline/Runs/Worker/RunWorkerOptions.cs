namespace Alignment.Pipeline.Runs.Worker;

/// <summary>The worker's patience.</summary>
public sealed record RunWorkerOptions
{
    /// <summary>From one look at a working run to the next; at most ten a second.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>From one look at the queue to the next while nothing works; a new run in this process wakes the worker at once.</summary>
    public TimeSpan IdlePoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From one look for runs of the command line to the next.</summary>
    public TimeSpan ScanEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a run stays with a worker that says nothing.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the stop file to SIGTERM; both ask for the same, but the signal is also heard before the first step.</summary>
    public TimeSpan SignalAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From the stop file to SIGKILL; a step of a large model and its checkpoint take minutes.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a process may take from its start to its first word in status.json, where its id was lost.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the folder of a run on another machine must be silent before the run counts as dead.</summary>
    public TimeSpan ForeignPatience { get; init; } = TimeSpan.FromMinutes(10);
}
