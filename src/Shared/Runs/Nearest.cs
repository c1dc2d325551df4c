namespace Alignment.Shared.Runs;

/// <summary>The name that somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest changes (Levenshtein), when these are at most a third of the letters or two; else null.</summary>
    public static string? Of(string text, IEnumerable<string> candidates)
    {
        string wanted = text.ToLowerInvariant().Replace('-', '_');
        return candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(wanted, candidate.ToLowerInvariant().Replace('-', '_'))))
            .Where(pair => pair.Distance <= Math.Max(2, pair.Candidate.Length / 3) && pair.Distance < pair.Candidate.Length)
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
