using System.Reflection;

namespace Alignment.Shared.Runs;

/// <summary>
/// Documents one key of a run.yaml where the key is declared: its sentence, unit and range. The default is the property's
/// initial value. Reading, validation, templates and forms are all made from these.
/// </summary>
/// <param name="help">One sentence: what the key does.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunKeyAttribute(string help) : Attribute
{
    /// <summary>What the key does, in one sentence.</summary>
    public string Help { get; } = help;

    /// <summary>The unit of the value, such as tokens or steps.</summary>
    public string? Unit { get; init; }

    /// <summary>The smallest allowed number; of a list, of each of its elements.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The largest allowed number; of a list, of each of its elements.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>True when <see cref="Min"/> itself is not allowed.</summary>
    public bool AboveMin { get; init; }

    /// <summary>True when <see cref="Max"/> itself is not allowed.</summary>
    public bool BelowMax { get; init; }

    /// <summary>A static class whose public constants are the allowed names.</summary>
    public Type? Names { get; init; }

    /// <summary>A regular expression that the whole text must match; <see cref="Forms"/> describes it.</summary>
    public string? Pattern { get; init; }

    /// <summary>The allowed forms in words, where they are no range and no names.</summary>
    public string? Forms { get; init; }

    /// <summary>The number of elements that a list must have; 0 is any.</summary>
    public int Count { get; init; }

    /// <summary>True when a run.yaml must have the key.</summary>
    public bool Required { get; init; }

    /// <summary>What holds when the key is absent, where that is no fixed value.</summary>
    public string? Otherwise { get; init; }

    /// <summary>A value for the template, where there is no default.</summary>
    public string? Example { get; init; }

    /// <summary>True when the template writes an optional key or section out instead of as a comment.</summary>
    public bool InTemplate { get; init; }

    /// <summary>The trainers that have the key, separated by commas; null is all whose record has it.</summary>
    public string? Trainers { get; init; }

    /// <summary>The allowed names in their declared order.</summary>
    public static IReadOnlyList<string> NamesOf(Type names) =>
        [.. names.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];
}

/// <summary>A key that people try and that is refused with its own explanation.</summary>
/// <param name="name">The key.</param>
/// <param name="reason">Why it is refused and what to do instead.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RefusedKeyAttribute(string name, string reason) : Attribute
{
    /// <summary>The key.</summary>
    public string Name { get; } = name;

    /// <summary>Why it is refused and what to do instead.</summary>
    public string Reason { get; } = reason;
}
