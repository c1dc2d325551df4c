using System.Text;
using System.Text.Unicode;
using Alignment.Pipeline.Items.Import;
using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Generations.Start;

/// <summary>
/// A file of prompts: one JSON object per line with <c>prompt</c> (a text or turns) or <c>messages</c>, other keys passed over;
/// or plain text, each line a prompt. It is JSON when its name says so or its first line begins like an object.
/// </summary>
internal static class PromptFile
{
    /// <summary>The most lines.</summary>
    public const int MostLines = 10_000;

    private const int LongestLine = 1 << 20;
    private static readonly string[] JsonNames = [".jsonl", ".json", ".ndjson"];

    /// <summary>Reads it; empty lines are none.</summary>
    /// <exception cref="UserError">It holds too many lines, or none.</exception>
    public static List<GenerationPrompt> Read(Stream content, string fileName)
    {
        var lines = new JsonLines(content, LongestLine);
        bool? json = JsonNames.Contains(Path.GetExtension(fileName), StringComparer.OrdinalIgnoreCase) ? true : null;
        List<GenerationPrompt> prompts = [];
        while (lines.Next() is { } line)
        {
            ReadOnlyMemory<byte> trimmed = line.Trim(" \t\r"u8.ToArray());
            if (trimmed.IsEmpty && !lines.LastWasCut)
            {
                continue;
            }

            if (prompts.Count == MostLines)
            {
                throw new UserError(FormattableString.Invariant($"{fileName} holds more than {MostLines} prompts: split it"));
            }

            json ??= trimmed.Span is [(byte)'{', ..];
            prompts.Add(Read(trimmed, lines, json.Value));
        }

        return prompts.Count > 0 ? prompts : throw new UserError($"{fileName} holds no prompts");
    }

    private static GenerationPrompt Read(ReadOnlyMemory<byte> line, JsonLines lines, bool json)
    {
        try
        {
            IReadOnlyList<Message> prompt = lines.LastWasCut ? throw new RowError(RowErrorCodes.TooLong, $"the line is longer than {LongestLine >> 20} MiB")
                : json ? OfRow(line) : [new(Roles.User, OfText(line))];
            return new() { Line = lines.Number, Prompt = prompt, State = PromptState.Waiting };
        }
        catch (RowError e)
        {
            return new() { Line = lines.Number, Prompt = [], State = PromptState.Rejected, Problem = e.Message };
        }
    }

    private static string OfText(ReadOnlyMemory<byte> line) => !Utf8.IsValid(line.Span) ? throw new RowError(RowErrorCodes.InvalidUnicode, "the line is no valid UTF-8")
        : line.Span.Contains((byte)0) ? throw new RowError(RowErrorCodes.InvalidUnicode, "the line contains the character U+0000, which databases cannot hold")
        : Encoding.UTF8.GetString(line.Span);

    private static IReadOnlyList<Message> OfRow(ReadOnlyMemory<byte> line)
    {
        using RowFields row = RowFields.Parse(line);
        if (row.Has("prompt") == row.Has("messages"))
        {
            throw new RowError(RowErrorCodes.Missing, row.Has("prompt") ? "the row has both 'prompt' and 'messages'" : "the row has neither 'prompt' nor 'messages'");
        }

        IReadOnlyList<Message> turns = row.Has("prompt") ? row.Prompt() : row.WithSystem(Turns.Prompt(row.Side("messages")));
        return turns is [.., { Role: Roles.User }] ? turns : throw new RowError(RowErrorCodes.BadTurn, "the conversation does not end in a user turn, so there is nothing to answer");
    }
}
