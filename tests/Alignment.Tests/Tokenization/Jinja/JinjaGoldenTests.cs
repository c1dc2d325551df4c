using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Tokenization.Jinja;

namespace Alignment.Tests.Tokenization.Jinja;

public class JinjaGoldenTests
{
    [Fact, Trait("suite", "golden")]
    public void Jinja_ReferenceData_RendersTheSame()
    {
        Assert.SkipUnless(GoldenData.Has("jinja"), "the folder has no jinja suite");
        var suite = new GoldenSuite("jinja");
        JsonNode info = GoldenData.Json(GoldenData.At("jinja", "info.json"));
        var clock = new FixedClock(DateTime.Parse(info["now"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
        foreach (JsonObject row in GoldenData.JsonLines(GoldenData.At("jinja", "cases.jsonl")))
        {
            suite.Case("cases/" + row["name"], [], () => Check(row["template"]!.GetValue<string>(), row, clock));
        }

        var templates = new Dictionary<string, string>();
        foreach (JsonObject row in GoldenData.JsonLines(GoldenData.At("jinja", "chat_cases.jsonl")))
        {
            string name = row["template"]!.GetValue<string>();
            if (!templates.TryGetValue(name, out string? template))
            {
                templates[name] = template = File.ReadAllText(GoldenData.At("jinja", "templates", name + ".jinja"));
            }

            suite.Case($"{name}/{row["name"]}", [], () => Check(template, row, clock));
        }

        suite.Finish();
    }

    private static void Check(string template, JsonObject row, TimeProvider clock)
    {
        var context = row["context"]!.AsObject().ToDictionary(p => p.Key, p => (object?)p.Value);
        if (row["error_kind"]?.GetValue<string>() is string kind)
        {
            JinjaException failure = Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(template).Render(context, clock));
            Assert.Equal(kind, failure.Kind.ToString().ToLowerInvariant());
            if (failure.Kind == JinjaErrorKind.Raised)
            {
                Assert.Equal(row["error"]!.GetValue<string>(), failure.Message);
            }

            return;
        }

        JinjaResult result = JinjaTemplate.Parse(template).RenderWithSpans(context, clock);
        Assert.Equal(row["expected"]!.GetValue<string>(), result.Text);
        if (row["generation_spans"] is JsonArray spans)
        {
            Assert.Equal(
                spans.Select(s => (s![0]!.GetValue<int>(), s[1]!.GetValue<int>())),
                result.GenerationSpans.Select(s => (CodePoints(result.Text, s.Start), CodePoints(result.Text, s.End))));
        }

        if (row["generation_texts"] is JsonArray texts)
        {
            Assert.Equal(texts.Select(t => t!.GetValue<string>()), result.GenerationSpans.Select(s => result.Text[s.Start..s.End]));
        }
    }

    private static int CodePoints(string text, int utf16) => text[..utf16].EnumerateRunes().Count();

    private sealed class FixedClock(DateTime now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(DateTime.SpecifyKind(now, DateTimeKind.Utc));
    }
}
