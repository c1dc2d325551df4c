namespace Alignment.Shared;

/// <summary>
/// Something that the user can mend. The message says what is wrong, where, and how to fix it; command lines print it
/// without a stack trace and exit with <see cref="ExitCode"/>.
/// </summary>
public class UserError : Exception
{
    /// <summary>An error in what the user gave or has; exit code 2 for wrong usage or input, 1 for everything else.</summary>
    public UserError(string message, int exitCode = ExitCodes.Usage, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>The exit code of the command line.</summary>
    public int ExitCode { get; }
}

/// <summary>The exit codes of both command lines.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int Usage = 2;

    /// <summary>Stopped at a limit that the user set (budget, error rate, deadline).</summary>
    public const int Limit = 3;

    /// <summary>Done, with failed units.</summary>
    public const int DoneWithFailures = 4;
}
