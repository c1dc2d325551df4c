using System.Globalization;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's upper, lower and title case: Unicode's full mappings, by which one character may become several.</summary>
internal static class PythonCase
{
    /// <summary>Characters whose upper case has several characters (Unicode's SpecialCasing).</summary>
    private static readonly Dictionary<string, string> LongUpper = Parse(
        "\u00df=SS;\u0149=\u02bcN;\u01f0=J\u030c;\u0390=\u0399\u0308\u0301;\u03b0=\u03a5\u0308\u0301;\u0587=\u0535\u0552;\u1e96=H\u0331;"
        + "\u1e97=T\u0308;\u1e98=W\u030a;\u1e99=Y\u030a;\u1e9a=A\u02be;\u1f50=\u03a5\u0313;\u1f52=\u03a5\u0313\u0300;\u1f54=\u03a5\u0313\u0301;"
        + "\u1f56=\u03a5\u0313\u0342;\u1f80=\u1f08\u0399;\u1f81=\u1f09\u0399;\u1f82=\u1f0a\u0399;\u1f83=\u1f0b\u0399;\u1f84=\u1f0c\u0399;\u1f85=\u1f0d\u0399;\u1f86=\u1f0e\u0399;"
        + "\u1f87=\u1f0f\u0399;\u1f88=\u1f08\u0399;\u1f89=\u1f09\u0399;\u1f8a=\u1f0a\u0399;\u1f8b=\u1f0b\u0399;\u1f8c=\u1f0c\u0399;\u1f8d=\u1f0d\u0399;\u1f8e=\u1f0e\u0399;"
        + "\u1f8f=\u1f0f\u0399;\u1f90=\u1f28\u0399;\u1f91=\u1f29\u0399;\u1f92=\u1f2a\u0399;\u1f93=\u1f2b\u0399;\u1f94=\u1f2c\u0399;\u1f95=\u1f2d\u0399;\u1f96=\u1f2e\u0399;"
        + "\u1f97=\u1f2f\u0399;\u1f98=\u1f28\u0399;\u1f99=\u1f29\u0399;\u1f9a=\u1f2a\u0399;\u1f9b=\u1f2b\u0399;\u1f9c=\u1f2c\u0399;\u1f9d=\u1f2d\u0399;\u1f9e=\u1f2e\u0399;"
        + "\u1f9f=\u1f2f\u0399;\u1fa0=\u1f68\u0399;\u1fa1=\u1f69\u0399;\u1fa2=\u1f6a\u0399;\u1fa3=\u1f6b\u0399;\u1fa4=\u1f6c\u0399;\u1fa5=\u1f6d\u0399;\u1fa6=\u1f6e\u0399;"
        + "\u1fa7=\u1f6f\u0399;\u1fa8=\u1f68\u0399;\u1fa9=\u1f69\u0399;\u1faa=\u1f6a\u0399;\u1fab=\u1f6b\u0399;\u1fac=\u1f6c\u0399;\u1fad=\u1f6d\u0399;\u1fae=\u1f6e\u0399;"
        + "\u1faf=\u1f6f\u0399;\u1fb2=\u1fba\u0399;\u1fb3=\u0391\u0399;\u1fb4=\u0386\u0399;\u1fb6=\u0391\u0342;\u1fb7=\u0391\u0342\u0399;\u1fbc=\u0391\u0399;\u1fc2=\u1fca\u0399;"
        + "\u1fc3=\u0397\u0399;\u1fc4=\u0389\u0399;\u1fc6=\u0397\u0342;\u1fc7=\u0397\u0342\u0399;\u1fcc=\u0397\u0399;\u1fd2=\u0399\u0308\u0300;\u1fd3=\u0399\u0308\u0301;"
        + "\u1fd6=\u0399\u0342;\u1fd7=\u0399\u0308\u0342;\u1fe2=\u03a5\u0308\u0300;\u1fe3=\u03a5\u0308\u0301;\u1fe4=\u03a1\u0313;\u1fe6=\u03a5\u0342;\u1fe7=\u03a5\u0308\u0342;"
        + "\u1ff2=\u1ffa\u0399;\u1ff3=\u03a9\u0399;\u1ff4=\u038f\u0399;\u1ff6=\u03a9\u0342;\u1ff7=\u03a9\u0342\u0399;\u1ffc=\u03a9\u0399;\ufb00=FF;\ufb01=FI;"
        + "\ufb02=FL;\ufb03=FFI;\ufb04=FFL;\ufb05=ST;\ufb06=ST;\ufb13=\u0544\u0546;\ufb14=\u0544\u0535;"
        + "\ufb15=\u0544\u053b;\ufb16=\u054e\u0546;\ufb17=\u0544\u053d;");

    /// <summary>Characters whose title case differs from their upper case.</summary>
    private static readonly Dictionary<string, string> SpecialTitle = Parse(
        "\u00df=Ss;\u01c4=\u01c5;\u01c5=\u01c5;\u01c6=\u01c5;\u01c7=\u01c8;\u01c8=\u01c8;\u01c9=\u01c8;\u01ca=\u01cb;\u01cb=\u01cb;\u01cc=\u01cb;"
        + "\u01f1=\u01f2;\u01f2=\u01f2;\u01f3=\u01f2;\u0587=\u0535\u0582;\u1f80=\u1f88;\u1f81=\u1f89;\u1f82=\u1f8a;\u1f83=\u1f8b;\u1f84=\u1f8c;\u1f85=\u1f8d;"
        + "\u1f86=\u1f8e;\u1f87=\u1f8f;\u1f88=\u1f88;\u1f89=\u1f89;\u1f8a=\u1f8a;\u1f8b=\u1f8b;\u1f8c=\u1f8c;\u1f8d=\u1f8d;\u1f8e=\u1f8e;\u1f8f=\u1f8f;"
        + "\u1f90=\u1f98;\u1f91=\u1f99;\u1f92=\u1f9a;\u1f93=\u1f9b;\u1f94=\u1f9c;\u1f95=\u1f9d;\u1f96=\u1f9e;\u1f97=\u1f9f;\u1f98=\u1f98;\u1f99=\u1f99;"
        + "\u1f9a=\u1f9a;\u1f9b=\u1f9b;\u1f9c=\u1f9c;\u1f9d=\u1f9d;\u1f9e=\u1f9e;\u1f9f=\u1f9f;\u1fa0=\u1fa8;\u1fa1=\u1fa9;\u1fa2=\u1faa;\u1fa3=\u1fab;"
        + "\u1fa4=\u1fac;\u1fa5=\u1fad;\u1fa6=\u1fae;\u1fa7=\u1faf;\u1fa8=\u1fa8;\u1fa9=\u1fa9;\u1faa=\u1faa;\u1fab=\u1fab;\u1fac=\u1fac;\u1fad=\u1fad;"
        + "\u1fae=\u1fae;\u1faf=\u1faf;\u1fb2=\u1fba\u0345;\u1fb3=\u1fbc;\u1fb4=\u0386\u0345;\u1fb7=\u0391\u0342\u0345;\u1fbc=\u1fbc;\u1fc2=\u1fca\u0345;\u1fc3=\u1fcc;"
        + "\u1fc4=\u0389\u0345;\u1fc7=\u0397\u0342\u0345;\u1fcc=\u1fcc;\u1ff2=\u1ffa\u0345;\u1ff3=\u1ffc;\u1ff4=\u038f\u0345;\u1ff7=\u03a9\u0342\u0345;\u1ffc=\u1ffc;"
        + "\ufb00=Ff;\ufb01=Fi;\ufb02=Fl;\ufb03=Ffi;\ufb04=Ffl;\ufb05=St;\ufb06=St;"
        + "\ufb13=\u0544\u0576;\ufb14=\u0544\u0565;\ufb15=\u0544\u056b;\ufb16=\u054e\u0576;\ufb17=\u0544\u056d;");

    public static string Upper(string text) => Map(text, UpperOne);

    public static string Lower(string text)
    {
        if (text.All(char.IsAscii))
        {
            return text.ToLowerInvariant();
        }

        var output = new StringBuilder(text.Length);
        List<string> characters = [.. PythonText.Characters(text).Cast<string>()];
        for (int i = 0; i < characters.Count; i++)
        {
            output.Append(characters[i] == "\u03a3" ? LowerSigma(characters, i) : LowerOne(characters[i]));
        }

        return output.ToString();
    }

    /// <summary>First character in title case, the others in lower case.</summary>
    public static string Capitalize(string text)
    {
        int first = text.Length == 0 ? 0 : char.IsSurrogatePair(text, 0) ? 2 : 1;
        return first == 0 ? text : TitleOne(text[..first]) + Lower(text)[Lower(text[..first]).Length..];
    }

    /// <summary>Each run of letters with its first character in title case.</summary>
    public static string Title(string text)
    {
        var output = new StringBuilder(text.Length);
        bool inWord = false;
        List<string> characters = [.. PythonText.Characters(text).Cast<string>()];
        for (int i = 0; i < characters.Count; i++)
        {
            string c = characters[i];
            output.Append(!inWord ? TitleOne(c) : c == "\u03a3" ? LowerSigma(characters, i) : LowerOne(c));
            inWord = IsCased(c);
        }

        return output.ToString();
    }

    public static string Swap(string text)
    {
        List<string> characters = [.. PythonText.Characters(text).Cast<string>()];
        return string.Concat(characters.Select((c, i) => c == "\u03a3" ? LowerSigma(characters, i) : UpperOne(c) != c ? UpperOne(c) : LowerOne(c)));
    }

    /// <summary>Python's casefold: lower case of the upper case, character by character.</summary>
    public static string Fold(string text) => Map(text, c => Map(UpperOne(c), LowerOne));

    /// <summary>True for characters that have a case.</summary>
    public static bool IsCased(string c) => UpperOne(c) != c || LowerOne(c) != c
        || CharUnicodeInfo.GetUnicodeCategory(c, 0) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static string Map(string text, Func<string, string> map) => string.Concat(PythonText.Characters(text).Select(c => map((string)c!)));

    private static string UpperOne(string c) => c switch
    {
        "\u0131" => "I",
        "\u017f" => "S",
        _ => LongUpper.GetValueOrDefault(c) ?? c.ToUpperInvariant(),
    };

    private static string LowerOne(string c) => c == "\u0130" ? "i\u0307" : c.ToLowerInvariant();

    private static string TitleOne(string c) => SpecialTitle.GetValueOrDefault(c) ?? (c[0] is >= '\u10d0' and <= '\u10ff' ? c : UpperOne(c));

    /// <summary>A sigma at a word's end has a form of its own.</summary>
    private static string LowerSigma(List<string> characters, int at) => IsFinalSigma(characters, at) ? "\u03c2" : "\u03c3";

    private static bool IsFinalSigma(List<string> characters, int at)
    {
        int before = characters.FindLastIndex(Math.Max(0, at - 1), at, c => !IsIgnorable(c));
        int after = at + 1 < characters.Count ? characters.FindIndex(at + 1, c => !IsIgnorable(c)) : -1;
        return before >= 0 && IsCased(characters[before]) && (after < 0 || !IsCased(characters[after]));
    }

    private static bool IsIgnorable(string c) => c is "'" or "." or ":" or "^" or "`" or "\u00a8" or "\u00ad" or "\u00b7" or "\u2019"
        || CharUnicodeInfo.GetUnicodeCategory(c, 0) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static Dictionary<string, string> Parse(string table) => table.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split('=')).ToDictionary(entry => entry[0], entry => entry[1]);
}
