using System.Text.Json;

using Alignment.Tokenization.Jinja;

namespace Alignment.Benchmarks.Docs;

/// <summary>
/// Pages with figures: each <c>docs/templates/NAME.md.jinja</c> with all of <c>docs/results/*.json</c> (by file name) gives
/// <c>docs/NAME.md</c>. A page is never edited by hand; a test compares it with what this renders.
/// </summary>
internal static class DocsRenderer
{
    private const string Ending = ".md.jinja";

    /// <summary>The pages of a docs folder: path and text.</summary>
    public static IEnumerable<(string Path, string Text)> Render(string docs)
    {
        var results = Directory.GetFiles(Path.Combine(docs, "results"), "*.json").ToDictionary(
            path => Path.GetFileNameWithoutExtension(path).Replace('-', '_'), path => (object?)JsonDocument.Parse(File.ReadAllText(path)).RootElement);
        foreach (string template in Directory.GetFiles(Path.Combine(docs, "templates"), "*" + Ending).Order(StringComparer.Ordinal))
        {
            string page = Path.Combine(docs, Path.GetFileName(template)[..^Ending.Length] + ".md");
            yield return (page, JinjaTemplate.Parse(File.ReadAllText(template)).Render(results) + "\n");
        }
    }
}
