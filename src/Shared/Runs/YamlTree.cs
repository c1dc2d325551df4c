using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Alignment.Shared.Runs;

/// <summary>A value of a YAML file with its line, from 1.</summary>
internal abstract record YamlNode(int Line);

/// <summary>A single value. Quoted text is never a number or a truth value.</summary>
internal sealed record YamlScalar(string Text, bool Quoted, int Line) : YamlNode(Line)
{
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL" && !Quoted;
}

/// <summary>A list.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line);

/// <summary>Keys with values in file order; a key given twice stands here twice.</summary>
internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line) : YamlNode(Line);

/// <summary>A key with its value.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlNode Value);

/// <summary>The file is no YAML, or uses what a run.yaml does not need.</summary>
internal sealed class YamlProblem(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}

/// <summary>
/// Reads one YAML document into nodes that know their lines. YamlDotNet's own object model stops at the first duplicate key;
/// this keeps them all, so that every error can be reported at once.
/// </summary>
internal static class YamlTree
{
    private const int DeepestLevel = 16;

    /// <exception cref="YamlProblem">A syntax error, an anchor, a tag, or a second document.</exception>
    public static YamlNode? Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out DocumentStart? _))
            {
                return null;
            }

            YamlNode root = Node(parser, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Current is DocumentStart second)
            {
                throw new YamlProblem(LineOf(second), "a second document begins here; a run.yaml has one: remove everything from '---' on");
            }

            return root;
        }
        catch (YamlException e)
        {
            if (TabLine(text) is int tab)
            {
                throw new YamlProblem(tab, "no valid YAML: a tab stands in the indentation; indent with spaces");
            }

            string reason = e.InnerException is null ? e.Message : e.InnerException.Message;
            throw new YamlProblem((int)e.Start.Line, string.Create(CultureInfo.InvariantCulture, $"no valid YAML at column {e.Start.Column}: {reason}"));
        }
    }

    private static YamlNode Node(Parser parser, int depth)
    {
        ParsingEvent current = parser.Current!;
        int line = LineOf(current);
        if (depth > DeepestLevel)
        {
            throw new YamlProblem(line, "values are nested too deeply; a run.yaml has sections of one level");
        }

        RequirePlain(current, line);
        if (parser.TryConsume<Scalar>(out Scalar? scalar) && scalar is not null)
        {
            return new YamlScalar(scalar.Value, scalar.Style != ScalarStyle.Plain, line);
        }

        if (parser.TryConsume<SequenceStart>(out SequenceStart? _))
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out SequenceEnd? _))
            {
                items.Add(Node(parser, depth + 1));
            }

            return new YamlList(items, line);
        }

        parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        while (!parser.TryConsume<MappingEnd>(out MappingEnd? _))
        {
            int keyLine = LineOf(parser.Current!);
            RequirePlain(parser.Current!, keyLine);
            string key = parser.TryConsume<Scalar>(out Scalar? name) && name is not null ? name.Value : throw new YamlProblem(keyLine, "a key must be a word");
            entries.Add(new(key, keyLine, Node(parser, depth + 1)));
        }

        return new YamlMap(entries, line);
    }

    private static void RequirePlain(ParsingEvent current, int line)
    {
        if (current is AnchorAlias || current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw new YamlProblem(line, "anchors and references are not supported; write the value out");
        }

        if (current is NodeEvent { Tag.IsEmpty: false })
        {
            throw new YamlProblem(line, "tags are not supported; write the value without '!'");
        }
    }

    private static int? TabLine(string text)
    {
        int line = 0;
        foreach (ReadOnlySpan<char> content in text.AsSpan().EnumerateLines())
        {
            line++;
            if (content[..(content.Length - content.TrimStart().Length)].Contains('\t'))
            {
                return line;
            }
        }

        return null;
    }

    private static int LineOf(ParsingEvent current) => (int)current.Start.Line;
}
