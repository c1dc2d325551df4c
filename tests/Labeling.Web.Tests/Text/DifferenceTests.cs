using System.Diagnostics;
using Alignment.Labeling.Web.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Alignment.Labeling.Web.Tests.Text;

public class DifferenceTests
{
    public static TheoryData<string> Names => [.. Hostile.All.Keys];

    [Fact]
    public void Of_TwoAnswers_MarksWhatOnlyOneSays()
    {
        Difference difference = Difference.Of("The quick brown fox, don't jump.", "The slow brown fox, don't jump high.")!;

        Assert.Equal("<div class=\"raw\" dir=\"auto\">The <del>quick</del> brown fox, don&#39;t jump.</div>", difference.First);
        Assert.Equal("<div class=\"raw\" dir=\"auto\">The <ins>slow</ins> brown fox, don&#39;t jump<ins> high</ins>.</div>", difference.Second);
    }

    [Fact]
    public void Of_EqualAnswers_MarksNothing() => Assert.DoesNotContain("<del>", Difference.Of("a b", "a b")!.First, StringComparison.Ordinal);

    [Fact]
    public void Of_LongestDifferentAnswers_TakesBoundedTime()
    {
        string first = string.Join(' ', Enumerable.Range(0, TextLimits.Words).Select(i => FormattableString.Invariant($"a{i}")));
        string second = string.Join(' ', Enumerable.Range(0, TextLimits.Words).Select(i => FormattableString.Invariant($"b{i}")));
        long start = Stopwatch.GetTimestamp();

        Assert.NotNull(Difference.Of(first, second));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_Hostile_IsTextWithMarksOrTooLong(string name)
    {
        long start = Stopwatch.GetTimestamp();
        Difference? difference = Difference.Of(Hostile.All[name], "Before and after, entirely different.");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        if (difference is null)
        {
            Assert.True(Hostile.All[name].Length > TextLimits.Words);
            return;
        }

        IElement body = new HtmlParser().ParseDocument("<body>" + difference.First + difference.Second).Body!;
        Assert.All(body.QuerySelectorAll("*"), element => Assert.Contains(element.TagName, new[] { "DIV", "DEL", "INS" }));
    }
}
