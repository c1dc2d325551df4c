namespace Alignment.Pipeline.Runs;

/// <summary>What changed of a run.</summary>
public enum RunChange
{
    /// <summary>Its state, its reason, or that it exists.</summary>
    State,

    /// <summary>Its step and its metrics.</summary>
    Progress,
}

/// <summary>Something of a run changed in the database.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Change">What changed.</param>
public sealed record RunChanged(string RunId, RunChange Change);

/// <summary>Tells the pages of this process what changed, so that they need not ask the database.</summary>
public interface IRunEvents
{
    /// <summary>Calls a listener after every change, on whatever thread made it; a listener returns at once and does not throw.</summary>
    /// <returns>what ends it</returns>
    IDisposable Subscribe(Action<RunChanged> listener);

    /// <summary>Tells all listeners.</summary>
    void Publish(RunChanged change);
}
