namespace Alignment.Shared.Rules;

/// <summary>How varied a set of answers is.</summary>
public static class Variety
{
    /// <summary>
    /// Distinct-2 (Li et al. 2016): different pairs of neighbouring words over all such pairs, in all answers together.
    /// Words are split at white space and compared without case; an answer of one word has no pair.
    /// </summary>
    /// <returns>A number in (0, 1]; 0 when there is no pair at all.</returns>
    public static double Distinct2(IEnumerable<string> answers)
    {
        var different = new HashSet<(string, string)>();
        long all = 0;
        foreach (string answer in answers)
        {
            string[] words = answer.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            for (int i = 1; i < words.Length; i++)
            {
                different.Add((words[i - 1], words[i]));
                all++;
            }
        }

        return all == 0 ? 0 : (double)different.Count / all;
    }
}
