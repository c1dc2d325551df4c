using System.CommandLine;

namespace Alignment.Pipeline.Cli;

/// <summary>A verb or a group of verbs; its help ends with examples.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
