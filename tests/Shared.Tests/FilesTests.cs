using System.Text;

namespace Alignment.Shared.Tests;

public sealed class FilesTests
{
    [Fact]
    public void AtomicWrite_CallbackThatThrows_LeavesTheOldFileAndNoTemporaryOne()
    {
        using var folder = new TestFolder();
        string path = folder.At("a", "file.json");
        AtomicFile.Write(path, "old");

        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidDataException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["file.json"], Directory.GetFileSystemEntries(folder.At("a")).Select(Path.GetFileName));
    }

    [Fact]
    public void AtomicWrite_LeftoverOfADeadWriter_IsReplaced()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("f.tmp"), "a much longer leftover of a writer that died");

        AtomicFile.Write(folder.At("f"), "é");

        Assert.Equal([0xc3, 0xa9], File.ReadAllBytes(folder.At("f")));
        Assert.False(File.Exists(folder.At("f.tmp")));
    }

    [Fact]
    public void AtomicWrite_FullDisk_IsAUserErrorThatNamesTheFile()
    {
        using var folder = new TestFolder();

        UserError e = Assert.Throws<UserError>(() => AtomicFile.Write(folder.At("f"), _ => throw new IOException("No space left on device.")));

        Assert.Contains(folder.At("f"), e.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, e.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void AtomicWrite_FolderThatIsAFile_IsAUserError()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("f"), "");

        Assert.Throws<UserError>(() => AtomicFile.Write(folder.At("f", "g"), "x"));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\nb", new[] { "a", "b" })]
    [InlineData("\n\na\n", new[] { "", "", "a" })]
    [InlineData("\uFEFFa\n\uFEFFb", new[] { "a", "\uFEFFb" })]
    [InlineData("\uFEFF", new string[0])]
    public void JsonLines_Text_GivesItsLines(string text, string[] expected)
    {
        foreach (int chunk in (int[])[1, 2, 3, 1000])
        {
            var lines = new JsonLines(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk));
            var read = new List<string>();
            while (lines.Next() is { } line)
            {
                read.Add(Encoding.UTF8.GetString(line.Span));
            }

            Assert.Equal(expected, read);
            Assert.Equal(expected.Length, lines.Number);
            Assert.True(expected.Length == 0 || lines.LastWasWhole == text.EndsWith('\n'));
        }
    }

    [Fact]
    public void JsonLines_LineLongerThanTheBuffer_IsWhole()
    {
        string[] expected = [new('x', 300_000), "y", new('z', 70_000), "w"];
        var lines = new JsonLines(new ChunkedStream(Encoding.UTF8.GetBytes(string.Join('\n', expected)), 40_000));

        foreach (string line in expected)
        {
            Assert.Equal(line, Encoding.UTF8.GetString(lines.Next()!.Value.Span));
        }

        Assert.Null(lines.Next());
    }

    [Fact]
    public void JsonLines_LineOverTheLimit_IsPassedOverEmptyAndCounted()
    {
        string text = "ab\n" + new string('x', 200_000) + "\nabc\nabcd\n" + new string('y', 200_000);
        var lines = new JsonLines(new ChunkedStream(Encoding.UTF8.GetBytes(text), 50_000), maxLength: 3);
        var read = new List<(string Text, bool Cut)>();
        while (lines.Next() is { } line)
        {
            read.Add((Encoding.UTF8.GetString(line.Span), lines.LastWasCut));
        }

        Assert.Equal([("ab", false), ("", true), ("abc", false), ("", true), ("", true)], read);
        Assert.Equal(5, lines.Number);
    }

    [Fact]
    public void DataFolder_Option_ComesBeforeTheVariable()
    {
        Assert.Equal(Path.GetFullPath("x"), DataFolder.Resolve("x").Root);
        Assert.Contains("--data-dir is empty", Assert.Throws<UserError>(() => DataFolder.Resolve("")).Message, StringComparison.Ordinal);
        Assert.Equal(Path.Combine("r", "alignment.db"), new DataFolder("r").Database);
        if (Environment.GetEnvironmentVariable(DataFolder.Variable) is null)
        {
            Assert.Equal(Path.GetFullPath(".data"), DataFolder.Resolve().Root);
        }
    }

    /// <summary>Gives a few bytes per read, as a pipe may.</summary>
    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));
    }
}
