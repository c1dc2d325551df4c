namespace Alignment.Pipeline.Labeling;

/// <summary>
/// How long a person attended to an item. The browser measures it, without what is idle beyond a minute; here it is kept from
/// being more than the clock allows, so that a reload, an undo or a wrong clock counts nothing twice.
/// </summary>
internal static class ActiveTime
{
    /// <summary>What was measured, but no more than the time since the item was given, or since the judgment before.</summary>
    /// <param name="measured">Milliseconds; null where nobody measured.</param>
    /// <param name="assignment">The person's work on the item, with its last judgment.</param>
    /// <param name="now">The time (UTC).</param>
    public static long? Cap(long? measured, Assignment assignment, DateTime now)
    {
        if (measured is not { } milliseconds)
        {
            return null;
        }

        long passed = Milliseconds(now) - (assignment.Judgment is { } last ? Milliseconds(last.CreatedAt) : LeaseToken.GivenAt(assignment.Token));
        return Math.Clamp(milliseconds, 0, Math.Max(0, passed));
    }

    private static long Milliseconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeMilliseconds();
}
