using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Mine;

/// <summary>A person's work as it reads it back.</summary>
internal sealed class OwnJudgments(ChangeWindow window)
{
    private const int AskedLength = 160;

    /// <summary>The judgments of assignments that carry item, project and last judgment.</summary>
    public async Task<IReadOnlyList<OwnJudgment>> OfAsync(AlignmentDb db, IReadOnlyList<Assignment> assignments, CancellationToken cancellationToken)
    {
        if (assignments.Count == 0)
        {
            return [];
        }

        string annotator = assignments[0].AnnotatorId;
        long[] items = [.. assignments.Select(assignment => assignment.ItemId)];
        Dictionary<long, DateTime> first = await db.Judgments
            .Where(judgment => items.Contains(judgment.ItemId) && judgment.LabelerKind == LabelerKind.Person && judgment.LabelerId == annotator)
            .GroupBy(judgment => judgment.ItemId)
            .Select(group => new { group.Key, First = group.Min(judgment => judgment.CreatedAt) })
            .ToDictionaryAsync(row => row.Key, row => row.First, cancellationToken);
        return [.. assignments.Select(assignment => Make(assignment, first[assignment.ItemId]))];
    }

    private OwnJudgment Make(Assignment assignment, DateTime firstMade)
    {
        Judgment judgment = assignment.Judgment!;
        return new(judgment.Id, assignment.Item!.Project!.Name, judgment.Kind, judgment.Verdict!, assignment.Order, Asked(assignment))
        {
            Comment = judgment.Comment,
            Surplus = judgment.Surplus,
            MadeAt = judgment.CreatedAt,
            ChangeUntil = window.Until(firstMade),
            CanChange = window.IsOpen(firstMade),
        };
    }

    private static string Asked(Assignment assignment)
    {
        string text = assignment.Item!.Prompt is [.., { } last] ? last.Content : "";
        return text.Length <= AskedLength ? text : text[..(char.IsHighSurrogate(text[AskedLength - 1]) ? AskedLength - 1 : AskedLength)] + " ...";
    }
}
