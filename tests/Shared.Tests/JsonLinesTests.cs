using System.Text;

namespace Alignment.Shared.Tests;

public class JsonLinesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("a\nb\n")]
    [InlineData("a\r\n\nb")]
    public void Next_LinesOfAFile_AreThoseOfTheBaseLibrary(string text)
    {
        using var reader = new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        List<string> expected = [];
        while (reader.ReadLine() is { } line)
        {
            expected.Add(line);
        }

        Assert.Equal(expected, Read(text, int.MaxValue).Select(line => line!));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Next_LineThatIsTooLong_IsPassedOver(int maxLength)
    {
        string fits = new('x', maxLength);
        string tooLong = new('y', maxLength + 1);

        Assert.Equal([fits, null, "z", null], Read($"{fits}\n{tooLong}\nz\n{tooLong}{tooLong}{tooLong}", maxLength));
    }

    private static List<string?> Read(string text, int maxLength)
    {
        var lines = new JsonLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), maxLength);
        List<string?> read = [];
        while (lines.Next() is { } line)
        {
            read.Add(lines.LastWasCut ? null : Encoding.UTF8.GetString(line.Span));
            Assert.Equal(read.Count, lines.Number);
        }

        return read;
    }
}
