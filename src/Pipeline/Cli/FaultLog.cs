using System.Globalization;
using System.Text;
using Alignment.Shared;

namespace Alignment.Pipeline.Cli;

/// <summary>
/// Details of an unexpected error in the data folder's logs: types and places, but no messages, because those may quote
/// what people wrote.
/// </summary>
internal static class FaultLog
{
    /// <summary>Writes the log and says where it is.</summary>
    public static string Write(Exception fault, DataFolder folder)
    {
        string id = Guid.NewGuid().ToString("N")[..8];
        string file = Path.Combine(folder.Logs, string.Create(CultureInfo.InvariantCulture, $"pipeline-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{id}.log"));
        try
        {
            Directory.CreateDirectory(folder.Logs);
            File.WriteAllText(file, Describe(fault));
            return $"details: {file}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its details could not be written to {file} ({e.Message})";
        }
    }

    private static string Describe(Exception fault)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:O} pipeline {typeof(FaultLog).Assembly.GetName().Version}");
        for (Exception? e = fault; e is not null; e = e.InnerException)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{e.GetType().FullName} (0x{e.HResult:X8})");
            text.AppendLine(e.StackTrace);
        }

        return text.ToString();
    }
}
