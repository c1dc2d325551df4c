using Alignment.Pipeline.Storage;

namespace Alignment.Pipeline.Labeling;

/// <summary>What was said in one project, found by an index of its items: an item's row is as long as its texts.</summary>
internal static class ProjectJudgments
{
    /// <summary>The judgments of a project.</summary>
    public static IQueryable<Judgment> OfProject(this IQueryable<Judgment> judgments, AlignmentDb db, int projectId) =>
        judgments.Where(judgment => db.Items.Where(item => item.ProjectId == projectId).Select(item => item.Id).Contains(judgment.ItemId));

    /// <summary>Who has or had which item of a project.</summary>
    public static IQueryable<Assignment> OfProject(this IQueryable<Assignment> assignments, AlignmentDb db, int projectId) =>
        assignments.Where(assignment => db.Items.Where(item => item.ProjectId == projectId).Select(item => item.Id).Contains(assignment.ItemId));
}
