using Alignment.Shared;
using MediatR;

namespace Alignment.Pipeline.Items.Import.Preview;

internal sealed class PreviewRowsHandler : IRequestHandler<PreviewRows, IReadOnlyList<RowPreview>>
{
    public Task<IReadOnlyList<RowPreview>> Handle(PreviewRows request, CancellationToken cancellationToken)
    {
        using var reader = new RowReader(request.Content, request.FileName, request.Pairs);
        RowPreview[] rows = [.. reader.Read().Take(request.Rows).Select(row => Preview(row, request.Relabel))];
        return rows.Length > 0 ? Task.FromResult<IReadOnlyList<RowPreview>>(rows) : throw new UserError($"{request.FileName} holds no rows");
    }

    private static RowPreview Preview(ReadRow row, bool relabel) => row switch
    {
        { Parsed: { } parsed } => new(row.Line, parsed.Layout, [.. parsed.Drafts.Select(draft => Item(draft, relabel))], parsed.Notes, null),
        _ => new(row.Line, null, [], [], new(row.Line, row.Error!.Code, row.Error.Message)),
    };

    private static PreviewedItem Item(ItemDraft draft, bool relabel) =>
        new(draft.Kind.ToString().ToLowerInvariant(), draft.Prompt, draft.AnswerA, draft.AnswerB, relabel ? null : draft.Verdict);
}
