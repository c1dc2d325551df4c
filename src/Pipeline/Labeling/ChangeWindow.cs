using System.Globalization;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling;

/// <summary>Until when a person may change what it said about an item: counted from its first judgment of the item.</summary>
internal sealed class ChangeWindow(LabelingSettings settings, TimeProvider clock)
{
    /// <summary>The end of the window (UTC) of a judgment that was first made at a time.</summary>
    public DateTime Until(DateTime firstMade) => firstMade + settings.ChangeWindow;

    /// <summary>Whether a judgment that was first made at a time may still be changed.</summary>
    public bool IsOpen(DateTime firstMade) => clock.GetUtcNow().UtcDateTime <= Until(firstMade);

    /// <summary>Refuses to revise a judgment whose window is over.</summary>
    /// <exception cref="UserError">It is over; the message says since when.</exception>
    public async Task RequireOpenAsync(AlignmentDb db, Assignment assignment, CancellationToken cancellationToken)
    {
        if (assignment.State == AssignmentState.Open)
        {
            return;
        }

        DateTime first = await db.Judgments
            .Where(judgment => judgment.ItemId == assignment.ItemId && judgment.LabelerKind == LabelerKind.Person && judgment.LabelerId == assignment.AnnotatorId)
            .MinAsync(judgment => judgment.CreatedAt, cancellationToken);
        if (!IsOpen(first))
        {
            throw new UserError(string.Create(
                CultureInfo.InvariantCulture,
                $"this judgment was made on {first:yyyy-MM-dd HH:mm} UTC; it could be changed for {settings.ChangeWindow.TotalHours:0.##} hours, until {Until(first):yyyy-MM-dd HH:mm} UTC"));
        }
    }
}
