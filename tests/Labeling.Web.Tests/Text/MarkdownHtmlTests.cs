using System.Diagnostics;
using Alignment.Labeling.Web.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Alignment.Labeling.Web.Tests.Text;

public class MarkdownHtmlTests
{
    private static readonly string[] Harmless =
    [
        "P", "BR", "HR", "H3", "H4", "H5", "H6", "STRONG", "EM", "DEL", "CODE", "PRE", "BLOCKQUOTE", "UL", "OL", "LI", "A",
        "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "DIV", "DETAILS", "SUMMARY",
    ];

    private static readonly string[] HarmlessAttributes = ["href", "rel", "target", "title", "dir", "class", "start", "style"];

    public static TheoryData<string> Names => [.. Hostile.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Render_Hostile_LeavesOnlyHarmlessElementsInBoundedTime(string name)
    {
        MarkdownHtml.Render("warm");
        long start = Stopwatch.GetTimestamp();
        string html = MarkdownHtml.Render(Hostile.All[name]);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);

        AssertHarmless(html);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RawText_Hostile_IsTextAndNothingElse(string name)
    {
        IElement body = Parse(RawText.Render(Hostile.All[name]));

        Assert.All(body.QuerySelectorAll("*"), element => Assert.Contains(element.TagName, new[] { "DIV", "DETAILS", "SUMMARY" }));
        body.QuerySelector("summary")?.Remove();
        string expected = Characters.Visible(Hostile.All[name]).Replace("\uD83D ", "\uFFFD ", StringComparison.Ordinal).Replace("\uDE00 a", "\uFFFD a", StringComparison.Ordinal);
        Assert.Equal(expected, body.TextContent);
    }

    [Fact]
    public void Render_Markdown_KeepsWhatMakesItReadable()
    {
        IElement body = Parse(MarkdownHtml.Render("# Title\n\none\ntwo **bold** *it* ~~gone~~ `code`\n\n1. a\n2. b\n\n```python\nx = 1 < 2\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> said"));

        Assert.Equal("Title", body.QuerySelector("h3")!.TextContent);
        Assert.Equal(["bold", "it", "gone", "code"], new[] { "strong", "em", "del", "p code" }.Select(selector => body.QuerySelector(selector)!.TextContent));
        Assert.NotNull(body.QuerySelector("p br"));
        Assert.Equal("x = 1 < 2", body.QuerySelector("pre code")!.TextContent.Trim());
        Assert.Equal("text-align: right", body.QuerySelector("td:nth-child(2)")!.GetAttribute("style")!.TrimEnd(';'));
        Assert.Equal(2, body.QuerySelectorAll("ol li").Length);
        Assert.All(body.QuerySelectorAll("p, li, h3, td, pre, blockquote"), element => Assert.Equal("auto", element.GetAttribute("dir")));
    }

    [Fact]
    public void Render_Links_LeadOutWithoutARefererAndShowWhere()
    {
        IElement link = Assert.Single(Parse(MarkdownHtml.Render("[here](https://example.org/a?b=c)")).QuerySelectorAll("a"));

        Assert.Equal(
            ("https://example.org/a?b=c", "noopener noreferrer nofollow", "_blank", "https://example.org/a?b=c"),
            (link.GetAttribute("href"), link.GetAttribute("rel"), link.GetAttribute("target"), link.GetAttribute("title")));
    }

    [Fact]
    public void Render_Image_SaysWhatAndWhereInstead() =>
        Assert.Equal("[image: a cat (https://hostile.invalid/cat.png)]", Parse(MarkdownHtml.Render("![a *cat*](https://hostile.invalid/cat.png)")).TextContent.Trim());

    [Fact]
    public void Render_DirectionOverride_IsShownByItsNumber()
    {
        string text = Parse(MarkdownHtml.Render(Hostile.All["right to left"])).TextContent;

        Assert.Contains("\u27E8U+202E\u27E9eerht\u27E8U+202C\u27E9", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069');
    }

    [Fact]
    public void Render_Megabyte_OpensTheRestOnRequest()
    {
        IElement body = Parse(MarkdownHtml.Render(Hostile.All["a megabyte of words"]));

        Assert.Equal(TextLimits.Open, body.QuerySelector("div.raw")!.TextContent.Length);
        Assert.StartsWith("1,030,000 more", body.QuerySelector("details.rest summary")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>Fails where HTML could run, load or cover something.</summary>
    internal static void AssertHarmless(string html)
    {
        foreach (IElement element in Parse(html).QuerySelectorAll("*"))
        {
            Assert.Contains(element.TagName, Harmless);
            Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, HarmlessAttributes));
            if (element.GetAttribute("style") is { } style)
            {
                Assert.StartsWith("text-align:", style, StringComparison.Ordinal);
                Assert.DoesNotContain(';', style.TrimEnd(';'));
            }

            if (element.GetAttribute("href") is { } address)
            {
                Assert.Matches("^(https?://|mailto:)", address);
                Assert.Equal("noopener noreferrer nofollow", element.GetAttribute("rel"));
            }
        }
    }

    private static IElement Parse(string html) => new HtmlParser().ParseDocument("<body>" + html).Body!;
}
