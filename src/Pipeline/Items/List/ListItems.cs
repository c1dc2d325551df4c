using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Items.List;

/// <summary>A page of a project's items, in the order in which they were imported.</summary>
[Needs(Role.Engineer)]
public sealed record ListItems : IRequest<ItemPage>
{
    /// <summary>The largest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>The longest text to look for, in characters.</summary>
    public const int MaxText = 1000;

    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>Only items of this kind; null for all.</summary>
    public ItemKind? Kind { get; init; }

    /// <summary>Only items with (true) or without (false) a judgment; null for all.</summary>
    public bool? Labeled { get; init; }

    /// <summary>Only items of this prompt; null for all.</summary>
    public string? PromptId { get; init; }

    /// <summary>Only items whose conversation or answers contain this text, upper and lower case of a to z being the same; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Only items whose id is greater: the last one of the page before.</summary>
    public long After { get; init; }

    /// <summary>Items of a page, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 20;
}

/// <summary>A page of items.</summary>
/// <param name="Items">The items.</param>
/// <param name="Total">All items that the filters let through.</param>
/// <param name="Next">What to give as <see cref="ListItems.After"/> for the next page; null on the last one.</param>
public sealed record ItemPage(IReadOnlyList<ItemSummary> Items, int Total, long? Next);

/// <summary>An item in a list.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="PromptId">Its prompt.</param>
/// <param name="Judgments">How many judgments it has, revisions included.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Text">The last turn of its prompt, else its text, whole.</param>
public sealed record ItemSummary(long Id, string Kind, string PromptId, int Judgments, string Source, string Text);
