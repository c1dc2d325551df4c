using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>A run that this worker looks after.</summary>
/// <param name="run">Its row as it was last read.</param>
/// <param name="folder">Its folder.</param>
/// <param name="child">Its process; null while it is not known.</param>
internal sealed class WatchedRun(Run run, RunFolder folder, RunChild? child)
{
    private DateTime _statusWritten;

    /// <summary>Its row as it was last read.</summary>
    public Run Run { get; set; } = run;

    /// <summary>Its folder.</summary>
    public RunFolder Folder => folder;

    /// <summary>Its process; null while it is not known.</summary>
    public RunChild? Child { get; set; } = child;

    /// <summary>What status.json says; null where it says nothing that can be read.</summary>
    public RunStatus? Status { get; private set; }

    /// <summary>Reads status.json again where it was written since.</summary>
    /// <param name="anyway">Reads it in any case: of two writes in one tick of the file system's clock the time tells nothing.</param>
    /// <returns>true when it was read</returns>
    public bool Look(bool anyway)
    {
        DateTime written = File.GetLastWriteTimeUtc(folder.Status);
        if (written == _statusWritten && !anyway)
        {
            return false;
        }

        _statusWritten = written;
        try
        {
            Status = RunStatus.Read(folder.Status);
        }
        catch (UserError)
        {
            Status = null; // a damaged file says nothing: how the run ended is then told by its process and its console
        }

        return true;
    }
}
