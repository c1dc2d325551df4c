using System.Globalization;
using System.Text;

namespace Alignment.Shared.Runs;

/// <summary>Everything that is wrong with a run.yaml, one line each: <c>file:line: key: what is wrong; what is allowed; how to fix it</c>.</summary>
public sealed class RunSpecException : UserError
{
    /// <summary>All errors together.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="found">The errors by line.</param>
    public RunSpecException(string file, IReadOnlyList<RunSpecError> found)
        : base(string.Join('\n', found.Select(error => error.In(file)))) => (Found, Errors) = (found, [.. found.Select(error => error.In(file))]);

    /// <summary>The errors by line.</summary>
    public IReadOnlyList<RunSpecError> Found { get; }

    /// <summary>The errors by line, each with file and line in front.</summary>
    public IReadOnlyList<string> Errors { get; }
}

/// <summary>One error of a run.yaml.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text"><c>key: what is wrong; what is allowed; how to fix it</c>.</param>
public sealed record RunSpecError(int Line, string Text)
{
    /// <summary>The error with file and line in front.</summary>
    internal string In(string file) => string.Create(CultureInfo.InvariantCulture, $"{file}:{Line}: {Text}");
}

/// <summary>run.yaml files: reading with every error at once, writing with every default, templates with comments.</summary>
public static class RunSpecYaml
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a run.yaml.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="RunSpecException">Something is wrong; it lists everything that is.</exception>
    public static RunSpec Parse(string text, string file) => new RunSpecReader(file).Read(text);

    /// <summary>Reads a run.yaml file.</summary>
    /// <exception cref="UserError">The file can not be read, or something in it is wrong.</exception>
    public static RunSpec Load(string path)
    {
        try
        {
            return Parse(Strict.GetString(File.ReadAllBytes(path)), path);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserError($"{path} is no UTF-8: {e.Message} Save it as UTF-8.", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} can not be read: {e.Message} Print one to start from with 'align init {RunKeyWords.Or(RunSchema.Trainers)}'.", inner: e);
        }
    }

    /// <summary>The spec with every value, in declared order: the same text for equal specs. Reading it gives an equal spec.</summary>
    public static string Write(RunSpec spec)
    {
        var text = new StringBuilder();
        text.Append("trainer: ").Append(spec.Trainer).Append('\n');
        foreach (RunKey key in SchemaOf(spec.Trainer).Keys)
        {
            if (key.Property.GetValue(spec) is not { } value)
            {
                continue;
            }

            if (!key.IsSection)
            {
                text.Append(key.Name).Append(": ").Append(RunValueText.Write(value)).Append('\n');
                continue;
            }

            string[] lines = [.. key.Children
                .Select(child => (child.Name, Value: child.Property.GetValue(value)))
                .Where(child => child.Value is not null)
                .Select(child => $"  {child.Name}: {RunValueText.Write(child.Value!)}\n")];
            text.Append(key.Name).Append(lines.Length == 0 ? ": {}\n" : ":\n").AppendJoin("", lines);
        }

        return text.ToString();
    }

    /// <summary>A run.yaml to start from: every key with its sentence, unit, range and default.</summary>
    /// <exception cref="UserError">There is no such trainer.</exception>
    public static string Template(string trainer)
    {
        var text = new StringBuilder();
        text.Append("# A run of trainer ").Append(trainer).Append(". Start it with: align train run.yaml\n");
        text.Append("# Keys with their defaults; a key that is absent has its default. Numbers are written as 5.0e-6 or 0.000005.\n");
        text.Append("trainer: ").Append(trainer).Append('\n');
        foreach (RunKey key in SchemaOf(trainer).Keys)
        {
            Describe(text, key);
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, RunKey key)
    {
        if (!key.IsSection)
        {
            Describe(text, key, "", off: false);
            return;
        }

        bool off = key.Default is null && !key.Doc.InTemplate;
        string otherwise = key.Doc.Otherwise is null ? "" : $"; without the section {key.Doc.Otherwise}";
        text.Append("\n# ").Append(key.Doc.Help).Append(otherwise).Append('\n');
        text.Append(off ? "# " : "").Append(key.Name).Append(":\n");
        foreach (RunKey child in key.Children)
        {
            Describe(text, child, "  ", off);
        }
    }

    private static void Describe(StringBuilder text, RunKey key, string indent, bool off)
    {
        string value = key.Default is { } standard && !key.Doc.Required ? RunValueText.Write(standard) : key.Doc.Example!;
        string given = key.Doc.Required ? "required" : $"default: {key.DefaultText}";
        bool absent = off || (key.Default is null && !key.Doc.Required && !key.Doc.InTemplate);
        text.Append(indent).Append("# ").Append(key.Doc.Help).Append(" [").Append(key.Allowed).Append("; ").Append(given).Append("]\n");
        text.Append(indent).Append(absent ? "# " : "").Append(key.Name).Append(": ").Append(value).Append('\n');
    }

    private static RunSchema SchemaOf(string trainer) => RunSchema.Find(trainer)
        ?? throw new UserError($"there is no trainer '{trainer}'; allowed: {RunKeyWords.Or(RunSchema.Trainers)}");
}
