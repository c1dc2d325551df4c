using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Projects;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items;

/// <summary>
/// One comparison, rating, prompt, demonstration or text of a project. Its content never changes: what people and judges
/// say about it are <see cref="Judgment"/> rows.
/// </summary>
public sealed class Item
{
    /// <summary>The database's key.</summary>
    public long Id { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public required int ProjectId { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public Project? Project { get; init; }

    /// <summary>What it asks for.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>The conversation before the answer; empty for a text.</summary>
    public required IReadOnlyList<Message> Prompt { get; init; }

    /// <summary>Hash of the normalised prompt; the same for all items of one prompt (contracts, section 4).</summary>
    public required string PromptId { get; init; }

    /// <summary>The answer that stands first by the hash of its text; the only answer of a single item, the last turn of a demonstration, the text of a text.</summary>
    public string? AnswerA { get; init; }

    /// <summary>The other answer of a pair.</summary>
    public string? AnswerB { get; init; }

    /// <summary>Where the row says it comes from, else the name of the imported file.</summary>
    public required string Source { get; init; }

    /// <summary>A JSON object: file, line, and the row's keys that no format reads.</summary>
    public required string Provenance { get; init; }

    /// <summary>SHA-256 of kind, prompt and answers, lower-case hex; unique in a project, so that nothing is imported twice.</summary>
    public required string ContentHash { get; init; }

    /// <summary>When it was imported (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Places of the project's overlap that people's judgments have taken; raised and lowered by conditional updates only.</summary>
    public int PlacesTaken { get; init; }

    /// <summary>Whom it was given to.</summary>
    public ICollection<Assignment> Assignments { get; } = [];

    /// <summary>Everything that was ever said about it, revisions included.</summary>
    public ICollection<Judgment> Judgments { get; } = [];
}
