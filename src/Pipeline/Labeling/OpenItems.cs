using Alignment.Pipeline.Items;

namespace Alignment.Pipeline.Labeling;

/// <summary>Which items people judge, and which of them one person can have now.</summary>
internal static class OpenItems
{
    /// <summary>
    /// The comparisons and ratings that people judge. Items that somebody's file labeled are done;
    /// <c>pipeline import --relabel</c> brings them in to be judged.
    /// </summary>
    public static IQueryable<Item> ForPeople(this IQueryable<Item> items) => items.Where(item =>
        (item.Kind == ItemKind.Pair || item.Kind == ItemKind.Single)
        && item.Judgments.All(judgment => judgment.LabelerKind == LabelerKind.Judge || judgment.LabelerId != Items.Import.BatchWriter.Labeler));

    /// <summary>Only comparisons or only ratings; both where nothing is asked for.</summary>
    public static IQueryable<Item> OfKind(this IQueryable<Item> items, JudgmentKind? kind) => kind switch
    {
        JudgmentKind.Pair => items.Where(item => item.Kind == ItemKind.Pair),
        JudgmentKind.Single => items.Where(item => item.Kind == ItemKind.Single),
        _ => items,
    };

    /// <summary>Items that a person has not judged, skipped or flagged.</summary>
    public static IQueryable<Item> NotDoneBy(this IQueryable<Item> items, string annotatorId) => items.Where(item =>
        item.Assignments.All(assignment => assignment.AnnotatorId != annotatorId || assignment.State == AssignmentState.Open));

    /// <summary>Items with a place that neither a judgment nor the lease of another person has taken.</summary>
    public static IQueryable<Item> WithRoomFor(this IQueryable<Item> items, string annotatorId, DateTime now) => items.Where(item =>
        item.PlacesTaken < item.Project!.Overlap // cheap, and true of few items late in a project
        && item.PlacesTaken + item.Assignments.Count(other =>
            other.AnnotatorId != annotatorId && other.State == AssignmentState.Open && other.ExpiresAt > now) < item.Project!.Overlap);

    /// <summary>A person's open work, without the items whose every place others have taken or hold.</summary>
    public static IQueryable<Assignment> StillOpenTo(this IQueryable<Assignment> assignments, string annotatorId, DateTime now) => assignments.Where(assignment =>
        assignment.AnnotatorId == annotatorId && assignment.State == AssignmentState.Open
        && assignment.Item!.PlacesTaken + assignment.Item.Assignments.Count(
            other => other.AnnotatorId != annotatorId && other.State == AssignmentState.Open && other.ExpiresAt > now) < assignment.Item.Project!.Overlap);
}
