using System.Globalization;
using System.Net;
using System.Text;

namespace Alignment.Labeling.Web.Text;

/// <summary>A text as it is, character by character.</summary>
internal static class RawText
{
    /// <summary>HTML of the text; of a very long one the beginning, with the rest to open.</summary>
    public static string Render(string text)
    {
        if (text.Length <= TextLimits.Open)
        {
            return Block(text);
        }

        int end = char.IsHighSurrogate(text[TextLimits.Open - 1]) ? TextLimits.Open - 1 : TextLimits.Open;
        var html = new StringBuilder(Block(text[..end]));
        html.Append(CultureInfo.InvariantCulture, $"<details class=\"rest\"><summary>{text.Length - end:N0} more characters</summary>");
        return html.Append(Block(text[end..])).Append("</details>").ToString();
    }

    private static string Block(string text) => $"<div class=\"raw\" dir=\"auto\">{WebUtility.HtmlEncode(Characters.Visible(text))}</div>";
}
