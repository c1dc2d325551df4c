using Alignment.Tokenization.Jinja;

namespace Alignment.Tests.Tokenization.Jinja;

public class JinjaTemplateTests
{
    private static readonly Dictionary<string, object?> Values = new()
    {
        ["n"] = 5,
        ["names"] = new[] { "b", "A" },
        ["text"] = "é😀x",
    };

    [Theory]
    [InlineData("{{ 2 ** 100 }} {{ -7 // 2 }} {{ 1 / 3 }} {{ 10 ** 30 / 7 }}", "1267650600228229401496703205376 -4 0.3333333333333333 1.4285714285714285e+29")]
    [InlineData("{{ text | length }}{{ text[1] }}{{ text[::-1] }}", "3😀x😀é")]
    [InlineData("{{ names | sort }}{{ names | sort(case_sensitive=true) }}", "['A', 'b']['A', 'b']")]
    [InlineData("{% for i in range(3) %}{% break %}{% else %}none{% endfor %}", "none")]
    [InlineData("{% macro m(a, b=a) %}{{ a }}{{ b }}{{ kwargs }}{% endmacro %}{{ m(1, x=2) }}", "11{'x': 2}")]
    [InlineData("{{ '%05.1f|%-4s|%x' % (2.25, 'a', 255) }}{{ '{:>6,}'.format(12345) }}", "002.2|a   |ff12,345")]
    [InlineData("{{ 2.675 | round(2) }} {{ 2.5 | round }} {{ 1250 | round(-2) }}", "2.67 2.0 1200")]
    [InlineData("{{ {1: 'a', 1.0: 'b', true: 'c'} }}{{ [1, (2,), none, 1e16, 'it\\'s'] }}", "{1: 'c'}[1, (2,), None, 1e+16, \"it's\"]")]
    [InlineData("{% for n in [1, [2, [3]]] recursive %}{{ loop(n) if n is sequence else n ~ '@' ~ loop.depth ~ ' ' }}{% endfor %}", "1@1 2@2 3@3 ")]
    public void Render_LanguageOfJinja2_PrintsAsPython(string template, string expected) =>
        Assert.Equal(expected, JinjaTemplate.Parse(template).Render(Values));

    [Theory]
    [InlineData("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}")]
    [InlineData("{{ 'a' * 999999999 }}")]
    [InlineData("{{ '%999999999d' % 1 }}")]
    [InlineData("{{ 10 ** (10 ** 10) }}")]
    [InlineData("{{ range(100001) }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% set ns = namespace(a='x') %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}")]
    public void Render_WorkWithoutEnd_IsStopped(string template)
    {
        var limits = new JinjaLimits { MaxSteps = 200_000, MaxTextLength = 1_000_000 };

        Assert.Equal(JinjaErrorKind.Runtime, Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(template).Render(Values, limits: limits)).Kind);
    }

    [Fact]
    public void Parse_NestingWithoutEnd_IsASyntaxError()
    {
        string template = "{{ " + new string('(', 200_000) + "1" + new string(')', 200_000) + " }}";

        Assert.Equal(JinjaErrorKind.Syntax, Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(template)).Kind);
    }

    [Theory]
    [InlineData("{{ names.append('x') }}")]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ {}.update({}) }}")]
    public void Render_UnsafeAccess_Fails(string template) =>
        Assert.Contains("unsafe", Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(template).Render(Values)).Message, StringComparison.Ordinal);
}
