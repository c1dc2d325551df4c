using Alignment.Pipeline.People;
using Alignment.Shared.Preferences;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Items.Import.Preview;

/// <summary>The first rows of a file as <see cref="ImportRows"/> with the same options will understand them; stores nothing.</summary>
[Needs(Role.Engineer)]
public sealed record PreviewRows : IRequest<IReadOnlyList<RowPreview>>
{
    /// <summary>The most rows.</summary>
    public const int MaxRows = 100;

    /// <summary>The file: one JSON object per line, plain or gzip; seekable. The caller disposes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>The file's name, for messages.</summary>
    public required string FileName { get; init; }

    /// <summary>Leaves out what the rows say is better or good.</summary>
    public bool Relabel { get; init; }

    /// <summary>What becomes of a prompt with several answers.</summary>
    public PairRule Pairs { get; init; }

    /// <summary>How many rows, 1 to <see cref="MaxRows"/>.</summary>
    public int Rows { get; init; } = 5;
}

/// <summary>A row as an import will understand it: items, or why it is refused.</summary>
/// <param name="Line">Its line number, from 1.</param>
/// <param name="Layout">The layout that its keys fit; null of a bad row.</param>
/// <param name="Items">The items that it becomes.</param>
/// <param name="Notes">What is worth a look, by short name (docs/import.md).</param>
/// <param name="Bad">Why it cannot be imported; null when it can.</param>
public sealed record RowPreview(long Line, string? Layout, IReadOnlyList<PreviewedItem> Items, IReadOnlyList<string> Notes, BadRow? Bad);

/// <summary>An item that a row becomes.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Prompt">The conversation before the answers.</param>
/// <param name="AnswerA">The first answer in stored order; the text of a text.</param>
/// <param name="AnswerB">The other answer of a pair.</param>
/// <param name="Verdict">What the row says about them; null when it says nothing or that is left out.</param>
public sealed record PreviewedItem(string Kind, IReadOnlyList<Message> Prompt, string? AnswerA, string? AnswerB, string? Verdict);

internal sealed class PreviewRowsValidator : AbstractValidator<PreviewRows>
{
    public PreviewRowsValidator()
    {
        RuleFor(message => message.Content).Must(content => content.CanSeek).WithMessage("the preview cannot read its file twice: copy it to disk first");
        RuleFor(message => message.Pairs).IsInEnum().WithMessage("--pairs is one of disjoint, all, none");
        RuleFor(message => message.Rows).InclusiveBetween(1, PreviewRows.MaxRows).WithMessage(FormattableString.Invariant($"a preview has 1 to {PreviewRows.MaxRows} rows"));
    }
}
