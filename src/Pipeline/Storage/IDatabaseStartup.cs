using Alignment.Shared;

namespace Alignment.Pipeline.Storage;

/// <summary>Brings the database of a data folder to this build's schema.</summary>
public interface IDatabaseStartup
{
    /// <summary>
    /// Makes the folder and the database where they are missing and applies the migrations that it lacks. Any number of
    /// processes may do this at once: one migrates, the others wait for it.
    /// </summary>
    /// <exception cref="UserError">The folder cannot be written, the file is no database, or a newer build made it.</exception>
    Task OpenAsync(CancellationToken cancellationToken = default);
}
