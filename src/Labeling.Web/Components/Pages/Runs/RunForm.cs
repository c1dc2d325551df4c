using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Alignment.Shared.Runs;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>
/// The settings of a new run as texts, by the keys of a trainer's run.yaml. It knows no key by itself: a trainer that joins
/// <see cref="RunSchema"/> has its form at once.
/// </summary>
public sealed partial class RunForm
{
    /// <summary>What is chosen from lists.</summary>
    public static readonly IReadOnlyList<string> Chosen = ["model", "data", "device"];

    // What most people look at; those of them that the trainer has.
    private static readonly string[] CommonKeys =
    [
        "optimizer.learning_rate", "limits.epochs", "loss.beta", "loss_on", "batch.rows_per_step", "batch.micro_batch", "max_length", "precision", "evaluate.every_steps", "save.every_steps", "lora.rank",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sections = new(StringComparer.Ordinal);
    private readonly RunKey[] _all;

    /// <summary>A form with every default.</summary>
    public RunForm(RunSchema schema)
    {
        Schema = schema;
        _all = [.. schema.All().Where(key => !key.IsSection)];
    }

    /// <summary>The trainer's keys.</summary>
    public RunSchema Schema { get; }

    /// <summary>The settings that most people look at.</summary>
    public IEnumerable<RunKey> Common => CommonKeys.Select(path => _all.FirstOrDefault(key => key.Path == path)).OfType<RunKey>();

    /// <summary>All other settings by their section, those without one first.</summary>
    public IEnumerable<(RunKey? Section, IReadOnlyList<RunKey> Keys)> Rest => Schema.Keys.Where(key => key.IsSection).Prepend(null)
        .Select(section => (section, (IReadOnlyList<RunKey>)[.. (section?.Children ?? Schema.Keys).Where(key => !key.IsSection && !CommonKeys.Contains(key.Path) && !Chosen.Contains(key.Path))]))
        .Where(part => part.Item2.Count > 0);

    /// <summary>Sections that may be absent, such as lora.</summary>
    public IEnumerable<RunKey> Optional => Schema.Keys.Where(key => key.IsSection && key.Default is null);

    /// <summary>What a field shows: what was entered, else the default; empty where there is none.</summary>
    public string this[RunKey key] => _values.GetValueOrDefault(key.Path, Standard(key));

    /// <summary>What was entered or chosen for a key; empty for its default.</summary>
    public string Entered(string path) => _values.GetValueOrDefault(path, "");

    /// <summary>Enters a value; an empty one is the default.</summary>
    public void Set(string path, string value) => _values[path] = value.Trim();

    /// <summary>True when a section is written.</summary>
    public bool Has(RunKey section) => section.Default is not null || _sections.Contains(section.Name);

    /// <summary>True when the key's section is written, or it has none.</summary>
    public bool IsUsed(RunKey key) => Schema.Keys.FirstOrDefault(section => section.IsSection && key.Path == section.Name + "." + key.Name) is not { } its || Has(its);

    /// <summary>Writes or leaves out a section that may be absent.</summary>
    public void Use(RunKey section, bool on) => _ = on ? _sections.Add(section.Name) : _sections.Remove(section.Name);

    /// <summary>The default as a field shows it.</summary>
    public static string Standard(RunKey key) => key.Default is null || key.Doc.Required ? "" : key.DefaultText;

    /// <summary>A key's name for people, with its section where the name alone says too little.</summary>
    public string Label(RunKey key)
    {
        bool alone = _all.Count(other => other.Name == key.Name) == 1 && key.Name.Length > 4;
        string words = (alone ? key.Name : key.Path.Replace('.', ' ')).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>The run.yaml: what is not the default, in the order of the schema.</summary>
    public string Write()
    {
        var text = new StringBuilder($"trainer: {Schema.Trainer}\n");
        foreach (RunKey key in Schema.Keys)
        {
            if (!key.IsSection)
            {
                text.Append(Line(key, ""));
                continue;
            }

            string lines = string.Concat(key.Children.Select(child => Line(child, "  ")));
            if (Has(key) && (lines.Length > 0 || key.Default is null))
            {
                text.Append(key.Name).Append(lines.Length == 0 ? ": {}\n" : ":\n").Append(lines);
            }
        }

        return text.ToString();
    }

    /// <summary>Takes over what a run.yaml says, but not what is chosen from lists.</summary>
    public void Take(RunSpec spec)
    {
        _values.Keys.Except(Chosen).ToList().ForEach(path => _values.Remove(path));
        _sections.Clear();
        IReadOnlyDictionary<string, string> given = RunSpecChanges.Values(RunSpecYaml.Write(spec));
        _sections.UnionWith(Optional.Where(section => section.Property.GetValue(spec) is not null).Select(section => section.Name));
        foreach (RunKey key in _all.Where(key => !Chosen.Contains(key.Path) && given.ContainsKey(key.Path)))
        {
            _values[key.Path] = given[key.Path];
        }
    }

    /// <summary>The key that an error names; null where it names none.</summary>
    public string? KeyOf(RunSpecError error) => _all.FirstOrDefault(key => key.Path == error.Text.Split(':')[0])?.Path;

    private string Line(RunKey key, string indent)
    {
        string value = Entered(key.Path);
        return value.Length == 0 || value == Standard(key) ? "" : $"{indent}{key.Name}: {Yaml(value)}\n";
    }

    // What is already quoted or means the same without quotes stays as it was entered.
    private static string Yaml(string value) => Plain().IsMatch(value) || IsQuoted(value) ? value : JsonSerializer.Serialize(value, Quoting);

    private static bool IsQuoted(string value)
    {
        try
        {
            return value[0] == '"' && JsonSerializer.Deserialize<string>(value) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static readonly JsonSerializerOptions Quoting = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"\A(?!(?:null|Null|NULL|~)\z)(?:[A-Za-z0-9_./~+-](?:[A-Za-z0-9_./~+ -]*[A-Za-z0-9_./~-])?|\[[A-Za-z0-9_./+, -]*\])\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
