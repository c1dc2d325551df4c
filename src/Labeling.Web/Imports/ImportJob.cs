using Alignment.Pipeline.Items.Import;

namespace Alignment.Labeling.Web.Imports;

/// <summary>How far an import is.</summary>
public enum ImportState
{
    /// <summary>It reads and writes.</summary>
    Running,

    /// <summary>It read the whole file.</summary>
    Done,

    /// <summary>Somebody ended it; what was read stays.</summary>
    Cancelled,

    /// <summary>It ended with an error; what was read before stays.</summary>
    Failed,
}

/// <summary>What an import is to do.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Relabel">Leaves out what the rows say is better or good.</param>
/// <param name="Human">People made the labels.</param>
/// <param name="Pairs">What becomes of several answers.</param>
public sealed record ImportOptions(string Project, bool Relabel, bool Human, PairRule Pairs);

/// <summary>An import that goes on while pages come and go.</summary>
/// <param name="id">The upload's id.</param>
/// <param name="owner">Who started it.</param>
/// <param name="fileName">The file's name.</param>
/// <param name="options">What it is to do.</param>
/// <param name="badRowsPath">Where the bad rows are written, one JSON object per line.</param>
public sealed class ImportJob(string id, string owner, string fileName, ImportOptions options, string badRowsPath) : IProgress<ImportProgress>, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>Something about it changed; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The upload's id, and the import's.</summary>
    public string Id => id;

    /// <summary>Who started it.</summary>
    public string Owner => owner;

    /// <summary>The file's name.</summary>
    public string FileName => fileName;

    /// <summary>What it is to do.</summary>
    public ImportOptions Options => options;

    /// <summary>Where the bad rows are written, one JSON object per line.</summary>
    public string BadRowsPath => badRowsPath;

    /// <summary>How far it is.</summary>
    public ImportState State { get; private set; }

    /// <summary>What it read until now; null before the first batch.</summary>
    public ImportProgress? Progress { get; private set; }

    /// <summary>What it did; null unless it is done.</summary>
    public ImportResult? Result { get; private set; }

    /// <summary>Why it failed; null unless it did.</summary>
    public Exception? Error { get; private set; }

    /// <summary>True when there are bad rows to download.</summary>
    public bool HasBadRows => State != ImportState.Running && Progress is { Rejected: > 0 };

    /// <summary>Ends the work when it is asked to.</summary>
    public CancellationToken Stop => _cancel.Token;

    /// <summary>Asks it to end after the batch that it writes.</summary>
    public void Cancel() => _cancel.Cancel();

    /// <summary>It ended.</summary>
    public void End(ImportState state, ImportResult? result = null, Exception? error = null)
    {
        (Result, Error) = (result, error);
        State = state;
        Changed?.Invoke();
    }

    void IProgress<ImportProgress>.Report(ImportProgress value)
    {
        Progress = value;
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();
}
