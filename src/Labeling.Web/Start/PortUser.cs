using System.Diagnostics;
using System.Globalization;

namespace Alignment.Labeling.Web.Start;

/// <summary>Which process listens on a port, as far as the system tells (Linux's /proc).</summary>
internal static class PortUser
{
    private const string Listening = "0A";

    /// <summary>"process 4711 (nginx)", or that it is somebody else's.</summary>
    public static string Describe(int port)
    {
        HashSet<string> sockets = [.. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length > 9 && parts[3] == Listening && PortOf(parts[1]) == port)
            .Select(parts => $"socket:[{parts[9]}]")];
        if (sockets.Count == 0)
        {
            return "another process";
        }

        foreach (Process process in Process.GetProcesses())
        {
            using (process)
            {
                if (Holds(process.Id, sockets))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"process {process.Id} ({process.ProcessName})");
                }
            }
        }

        return "a process of another user";
    }

    private static int PortOf(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int port) ? port : -1;

    private static bool Holds(int process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"))
                .Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it ended meanwhile, or belongs to another user
        }
    }
}
