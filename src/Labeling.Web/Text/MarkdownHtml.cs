using Ganss.Xss;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Alignment.Labeling.Web.Text;

/// <summary>
/// What a person or a model wrote, as HTML that runs nothing and loads nothing: Markdown without HTML, then a list of the
/// elements that may stay. A text that is too long or too deep for that is shown as it is.
/// </summary>
public static class MarkdownHtml
{
    private const int LongestAddress = 200;
    private const int DeepestHeading = 6;

    // Answers are written below the page's own headings.
    private const int HeadingsBelow = 2;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UseListExtras()
        .UseSoftlineBreakAsHardlineBreak()
        .Build();

    private static readonly HtmlSanitizer Sanitizer = AllowList.Make();

    /// <summary>HTML of a text.</summary>
    public static string Render(string text)
    {
        if (!TextLimits.FitsMarkdown(text))
        {
            return RawText.Render(text);
        }

        try
        {
            MarkdownDocument document = Markdown.Parse(Characters.Visible(text), Pipeline);
            NameImages(document);
            LowerHeadings(document);
            return Sanitizer.Sanitize(document.ToHtml(Pipeline));
        }
        catch (ArgumentException)
        {
            // The parser's refusal of a text that nests too deep.
            return RawText.Render(text);
        }
    }

    // An image would tell its host who looks at what; its description and address say what the text wanted to show.
    private static void NameImages(MarkdownDocument document)
    {
        foreach (LinkInline image in document.Descendants<LinkInline>().Where(link => link.IsImage).ToArray())
        {
            string description = string.Concat(image.Descendants<LiteralInline>().Select(literal => literal.Content.ToString()));
            string address = image.Url is { Length: > LongestAddress } url ? url[..LongestAddress] + "..." : image.Url ?? "";
            image.ReplaceBy(new LiteralInline($"[image: {description} ({address})]"), copyChildren: false);
        }
    }

    private static void LowerHeadings(MarkdownDocument document)
    {
        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(DeepestHeading, heading.Level + HeadingsBelow);
        }
    }
}
