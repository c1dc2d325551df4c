using Alignment.Pipeline.People;
using Alignment.Shared.Preferences;
using MediatR;

namespace Alignment.Pipeline.Items.Show;

/// <summary>One item with everything that was said about it.</summary>
/// <param name="Id">The item's id.</param>
[Needs(Role.Engineer)]
public sealed record ShowItem(long Id) : IRequest<ItemDetails>;

/// <summary>An item with its judgments.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Project">The project's name.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="Prompt">The conversation before the answers.</param>
/// <param name="AnswerA">The first answer in stored order.</param>
/// <param name="AnswerB">The other answer.</param>
/// <param name="PromptId">Its prompt's id.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Provenance">File, line and the row's other keys, as JSON.</param>
/// <param name="ContentHash">What makes it unique in its project.</param>
/// <param name="CreatedAt">When it was imported (UTC).</param>
/// <param name="Judgments">Its judgments, oldest first.</param>
public sealed record ItemDetails(
    long Id,
    string Project,
    string Kind,
    IReadOnlyList<Message> Prompt,
    string? AnswerA,
    string? AnswerB,
    string PromptId,
    string Source,
    System.Text.Json.Nodes.JsonNode? Provenance,
    string ContentHash,
    DateTime CreatedAt,
    IReadOnlyList<JudgmentDetails> Judgments);

/// <summary>A judgment of an item.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Verdict">What it says; null with a score.</param>
/// <param name="Score">1 to 10 instead of a verdict.</param>
/// <param name="P">A judge's probability that A is better.</param>
/// <param name="Labeler">Kind, id and version of who made it.</param>
/// <param name="Revises">The judgment that it replaces.</param>
/// <param name="Counts">True when no later judgment replaces it.</param>
/// <param name="Comment">The labeler's remark.</param>
/// <param name="CreatedAt">When (UTC).</param>
/// <param name="Name">The person's name; else the judge's or import's id.</param>
/// <param name="Order">In which order a pair was seen.</param>
/// <param name="ActiveMilliseconds">Milliseconds of attention.</param>
/// <param name="Surplus">True when every place was taken: it counts nowhere.</param>
public sealed record JudgmentDetails(
    long Id,
    string? Verdict,
    int? Score,
    double? P,
    string Labeler,
    long? Revises,
    bool Counts,
    string? Comment,
    DateTime CreatedAt,
    string Name,
    string? Order,
    long? ActiveMilliseconds,
    bool Surplus);
