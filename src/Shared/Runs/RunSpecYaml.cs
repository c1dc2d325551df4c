namespace Alignment.Shared.Runs;

/// <summary>Everything that is wrong with a run.yaml, one line each: <c>file:line: key: what is wrong, what is allowed, how to fix it</c>.</summary>
public sealed class RunSpecException : UserError
{
    /// <summary>All errors together.</summary>
    public RunSpecException(IReadOnlyList<string> errors)
        : base(string.Join('\n', errors)) => Errors = errors;

    /// <summary>The errors by line.</summary>
    public IReadOnlyList<string> Errors { get; }
}

/// <summary>run.yaml files: reading with every error at once, writing with every default, templates with comments.</summary>
public static class RunSpecYaml
{
    /// <summary>Reads a run.yaml.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="RunSpecException">Something is wrong; it lists everything that is.</exception>
    public static RunSpec Parse(string text, string file) => throw new NotImplementedException();

    /// <summary>Reads a run.yaml file.</summary>
    public static RunSpec Load(string path) => throw new NotImplementedException();

    /// <summary>The spec with every value, in declared order; reading it gives an equal spec.</summary>
    public static string Write(RunSpec spec) => throw new NotImplementedException();

    /// <summary>A run.yaml to start from: every key with its sentence, unit, range and default.</summary>
    public static string Template(string trainer) => throw new NotImplementedException();
}
