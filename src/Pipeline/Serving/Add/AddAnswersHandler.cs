using Alignment.Pipeline.Items;
using Alignment.Pipeline.Items.Import;
using Alignment.Shared;
using MediatR;

namespace Alignment.Pipeline.Serving.Add;

internal sealed class AddAnswersHandler(IMediator mediator) : IRequestHandler<AddAnswers, AddedAnswers>
{
    public async Task<AddedAnswers> Handle(AddAnswers request, CancellationToken cancellationToken)
    {
        var row = AnswerRow.Of(request.Prompt, request.Answers, request.Sampling);
        if (row.Json is null)
        {
            throw new UserError("the answers are empty: there is nothing to label");
        }

        string? bad = null;
        using var content = new MemoryStream(row.Json);
        ImportResult result = await mediator.Send(
            new ImportRows { Content = content, FileName = AnswerRow.Source, Project = request.Project, BadRow = found => bad = found.Reason }, cancellationToken);
        return bad is not null ? throw new UserError($"the answers cannot be labeled: {bad}")
            : new(Count(result, ItemKind.Pair), Count(result, ItemKind.Single), row.Equal, row.Empty, row.Left > 1 ? row.Left % 2 : 0, result.AlreadyThere > 0);
    }

    private static int Count(ImportResult result, ItemKind kind) => (int)result.ItemsAdded.GetValueOrDefault(kind.ToString().ToLowerInvariant());
}
