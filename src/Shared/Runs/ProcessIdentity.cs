using System.Diagnostics;
using System.Globalization;

namespace Alignment.Shared.Runs;

/// <summary>Names a process of this machine for good: ids come again, an id with its start time does not.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">When it started (UTC).</param>
public sealed record ProcessIdentity(int Id, DateTimeOffset StartTime)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity OfThisProcess()
    {
        using var me = Process.GetCurrentProcess();
        return Of(me);
    }

    /// <summary>A process that runs.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public static ProcessIdentity Of(Process process) => new(process.Id, new(process.StartTime.ToUniversalTime(), TimeSpan.Zero));

    /// <summary>True while it lives. One that ended and that its parent never asked after (a zombie) does not.</summary>
    public bool IsAlive()
    {
        if (Id <= 0)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            return !process.HasExited && (Of(process).StartTime - StartTime).Duration() < TimeSpan.FromSeconds(1) && !IsZombie(Id);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // "pid (name) state …"; the name may hold anything, so the state is what follows the last ')'.
    private static bool IsZombie(int id)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // no /proc on this system, or it ended just now and the next look says so
        }
    }
}
