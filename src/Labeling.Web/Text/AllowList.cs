using AngleSharp.Dom;
using Ganss.Xss;

namespace Alignment.Labeling.Web.Text;

/// <summary>The elements, attributes and addresses that may stay in the HTML of a text.</summary>
internal static class AllowList
{
    private static readonly string[] Elements =
    [
        "p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a",
        "table", "thead", "tbody", "tr", "th", "td",
    ];

    private static readonly string[] Schemes = ["http", "https", "mailto"];

    // Each of these takes the direction of its own first letter, so that no line turns the next one around.
    private static readonly HashSet<string> Directed = ["P", "H3", "H4", "H5", "H6", "LI", "TH", "TD", "PRE", "BLOCKQUOTE"];

    /// <summary>A sanitizer that keeps only those.</summary>
    public static HtmlSanitizer Make()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(Elements, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(["href", "start", "style"], StringComparer.OrdinalIgnoreCase),
            AllowedCssProperties = new HashSet<string>(["text-align"], StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(Schemes, StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href"], StringComparer.OrdinalIgnoreCase),
        });
        sanitizer.PostProcessNode += (_, change) =>
        {
            if (change.Node is IElement element)
            {
                Finish(element);
            }
        };
        return sanitizer;
    }

    private static void Finish(IElement element)
    {
        if (Directed.Contains(element.TagName))
        {
            element.SetAttribute("dir", "auto");
        }

        if (element.TagName == "A")
        {
            FinishLink(element);
        }
    }

    // An address of this very site would be followed with the reader's rights.
    private static void FinishLink(IElement link)
    {
        string address = link.GetAttribute("href") ?? "";
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !Schemes.Contains(uri.Scheme))
        {
            link.RemoveAttribute("href");
            return;
        }

        link.SetAttribute("rel", "noopener noreferrer nofollow");
        link.SetAttribute("target", "_blank");
        link.SetAttribute("title", address);
    }
}
