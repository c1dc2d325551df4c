using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace Alignment.Shared.Runs;

/// <summary>
/// The keys of a trainer's run.yaml, made from the spec records: reading, validation, templates and forms use this and
/// nothing else. A trainer joins with one record and one line in <see cref="Types"/>.
/// </summary>
public sealed class RunSchema
{
    private static readonly ConcurrentDictionary<string, RunSchema> Known = new(StringComparer.Ordinal);

    private static readonly ImmutableArray<(string Trainer, Type Type)> Types =
    [
        (TrainerNames.Sft, typeof(SftSpec)),
        (TrainerNames.Dpo, typeof(DpoSpec)),
    ];

    private RunSchema(string trainer, Type type)
    {
        Trainer = trainer;
        SpecType = type;
        Keys = KeysOf(trainer, type, "", Activator.CreateInstance(type)!);
    }

    /// <summary>The trainers that can be run.</summary>
    public static IReadOnlyList<string> Trainers { get; } = [.. Types.Select(type => type.Trainer)];

    /// <summary>The trainer's name.</summary>
    public string Trainer { get; }

    /// <summary>The trainer's record.</summary>
    public Type SpecType { get; }

    /// <summary>The keys of the top level in their order; <c>trainer</c> itself is none of them.</summary>
    public IReadOnlyList<RunKey> Keys { get; }

    /// <summary>The schema of a trainer; null when there is no such trainer.</summary>
    public static RunSchema? Find(string trainer)
    {
        Type? type = Types.FirstOrDefault(pair => pair.Trainer == trainer).Type;
        return type is null ? null : Known.GetOrAdd(trainer, name => new RunSchema(name, type));
    }

    /// <summary>Every key, sections before what is in them.</summary>
    public IEnumerable<RunKey> All() => Keys.SelectMany(key => key.Children.Prepend(key));

    // Single values come before sections, a base record's keys before the derived one's, else in declared order.
    private static IReadOnlyList<RunKey> KeysOf(string trainer, Type type, string prefix, object defaults) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, Doc: property.GetCustomAttribute<RunKeyAttribute>()))
            .Where(pair => pair.Doc is not null && (pair.Doc.Trainers is null || pair.Doc.Trainers.Split(',').Contains(trainer)))
            .OrderBy(pair => IsSection(pair.Property.PropertyType))
            .ThenBy(pair => Depth(pair.Property.DeclaringType!))
            .ThenBy(pair => pair.Property.MetadataToken)
            .Select(pair => Key(trainer, pair.Property, pair.Doc!, pair.Property.GetValue(defaults), prefix))];

    private static RunKey Key(string trainer, PropertyInfo property, RunKeyAttribute doc, object? value, string prefix)
    {
        string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        bool section = IsSection(property.PropertyType);
        return new(
            name,
            prefix + name,
            property,
            doc,
            value,
            section ? KeysOf(trainer, property.PropertyType, name + ".", value ?? Activator.CreateInstance(property.PropertyType)!) : [],
            section ? property.PropertyType.GetCustomAttributes<RefusedKeyAttribute>().ToDictionary(key => key.Name, key => key.Reason, StringComparer.Ordinal) : []);
    }

    private static bool IsSection(Type type) =>
        type.IsClass && type.GetProperties().Any(property => property.GetCustomAttribute<RunKeyAttribute>() is not null);

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);
}

/// <summary>One key of a run.yaml.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its name with its section's, joined by a dot.</param>
/// <param name="Property">The property that holds the value.</param>
/// <param name="Doc">Sentence, unit and range.</param>
/// <param name="Default">The default; null when there is none.</param>
/// <param name="Children">The keys of a section.</param>
/// <param name="Refused">Keys of a section that are refused with a reason of their own.</param>
public sealed record RunKey(
    string Name,
    string Path,
    PropertyInfo Property,
    RunKeyAttribute Doc,
    object? Default,
    IReadOnlyList<RunKey> Children,
    IReadOnlyDictionary<string, string> Refused)
{
    /// <summary>True when the key holds further keys.</summary>
    public bool IsSection => Children.Count > 0;

    /// <summary>The type of the value, without nullability.</summary>
    public Type ValueType => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>The allowed names; empty when any value of the type is allowed.</summary>
    public IReadOnlyList<string> Names => Doc.Names is null ? [] : RunKeyAttribute.NamesOf(Doc.Names);

    /// <summary>The allowed values in words.</summary>
    public string Allowed => RunKeyWords.Allowed(this);

    /// <summary>The default in words: as written in a run.yaml, or what holds without the key.</summary>
    public string DefaultText => Doc.Otherwise ?? (Default is null ? "none" : RunValueText.Write(Default));
}
