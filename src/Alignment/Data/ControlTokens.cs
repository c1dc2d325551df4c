using Alignment.Tokenization;

namespace Alignment.Data;

/// <summary>A control token that stands in a row's text: the tokenizer reads it as structure, not as text.</summary>
/// <param name="Token">the token's text, such as &lt;|im_end|&gt;</param>
/// <param name="Rows">names of the rows that hold it</param>
public sealed record ControlTokenFinding(string Token, IReadOnlyList<string> Rows);

/// <summary>Finds control tokens inside the text of rows, so that they are named before training.</summary>
public static class ControlTokens
{
    /// <summary>The control tokens that occur in the rows' own text (not in what the template writes), by token.</summary>
    public static IReadOnlyList<ControlTokenFinding> Find(Tokenizer tokenizer, IEnumerable<(string Name, IEnumerable<string> Texts)> rows)
    {
        var found = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach ((string name, IEnumerable<string> texts) in rows)
        {
            foreach (string token in texts.SelectMany(text => tokenizer.FindControlTokens(text)).Select(found => found.Token).Distinct())
            {
                if (!found.TryGetValue(token, out List<string>? names))
                {
                    found[token] = names = [];
                }

                names.Add(name);
            }
        }

        return [.. found.Select(entry => new ControlTokenFinding(entry.Key, entry.Value))];
    }
}
