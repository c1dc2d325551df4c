using System.Text.Json.Nodes;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;

namespace Alignment.Shared.Tests.Snapshots;

public sealed class SnapshotTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.FromHours(2));

    [Fact]
    public void Commit_Rows_AreReadBackInOrderWithCountsAndProvenance()
    {
        using var folder = new TestFolder();
        SnapshotManifest written = Write(folder.Root);
        string path = folder.At(written.Id);

        var reader = SnapshotReader.Open(path);

        Assert.Matches("^my-project-[0-9a-f]{4}$", written.Id);
        Assert.Equal(["a", "b"], reader.Rows<TextRow>(SnapshotSplit.Train).Select(row => row.Text));
        Assert.Equal(["é"], reader.Rows<TextRow>(SnapshotSplit.Test).Select(row => row.Text));
        Assert.Equal((2, 1), (reader.Manifest.Rows(SnapshotSplit.Train), reader.Manifest.Rows(SnapshotSplit.Test)));
        Assert.Equal((SnapshotKind.Text, 1, "My Project!", "labels"), (reader.Manifest.Kind, reader.Manifest.Format, reader.Manifest.Provenance.Project, reader.Manifest.Provenance.Source));
        Assert.Equal(Now, reader.Manifest.Created);
        Assert.Equal(TimeSpan.Zero, reader.Manifest.Created.Offset);
        Assert.Equal(2, reader.Manifest.LeftOut["tie"]);
        Assert.Equal(1, (int)reader.Manifest.Aggregation["min_votes"]!);
        Assert.Equal("{\"text\":\"a\",\"id\":\"1\"}\n{\"text\":\"b\",\"id\":\"2\"}\n", File.ReadAllText(Path.Combine(path, "train.jsonl")));
        Assert.Equal(["manifest.json", "test.jsonl", "train.jsonl"], Directory.GetFiles(path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Commit_Manifest_HasTheDocumentedKeys()
    {
        using var folder = new TestFolder();
        SnapshotManifest written = Write(folder.Root);

        JsonObject json = JsonNode.Parse(File.ReadAllText(folder.At(written.Id, "manifest.json")))!.AsObject();

        Assert.Equal(["format", "id", "kind", "created", "provenance", "split", "aggregation", "left_out", "files"], json.Select(pair => pair.Key));
        Assert.Equal("text", (string)json["kind"]!);
        Assert.Equal(["name", "rows", "bytes", "sha256"], json["files"]![0]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(0.1, (double)json["split"]!["test_share"]!);
    }

    [Fact]
    public void Commit_SameContentTwice_GetsAnotherId()
    {
        using var folder = new TestFolder();

        string first = Write(folder.Root).Id, second = Write(folder.Root).Id;

        Assert.NotEqual(first, second);
        Assert.StartsWith(first, second, StringComparison.Ordinal);
        Assert.Equal(2, SnapshotReader.List(folder.Root).Count);
    }

    [Fact]
    public void Writer_GivenIdThatExists_IsRefusedBeforeAnyRow()
    {
        using var folder = new TestFolder();
        Write(folder.Root, "mine");

        Assert.Contains("snapshots never change", Assert.Throws<UserError>(() => Write(folder.Root, "mine")).Message, StringComparison.Ordinal);
        Assert.Contains("can not name", Assert.Throws<UserError>(() => Write(folder.Root, "../x")).Message, StringComparison.Ordinal);
        Assert.Contains("can not name", Assert.Throws<UserError>(() => Write(folder.Root, ".x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        using var folder = new TestFolder();
        using (var writer = new SnapshotWriter(folder.Root, Description(), Now))
        {
            writer.Add(SnapshotSplit.Train, new TextRow("a", "1"));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void List_WriterThatDied_IsNoSnapshotAndIsRemovedAfterADay()
    {
        using var folder = new TestFolder();
        string dead = folder.At(".partial-0123"), young = folder.At(".partial-4567");
        foreach (string leftover in (string[])[dead, young])
        {
            Directory.CreateDirectory(leftover);
            File.WriteAllText(Path.Combine(leftover, "train.jsonl"), "{\"text\":\"a");
            File.WriteAllText(Path.Combine(leftover, "manifest.json"), "{");
        }

        Directory.SetLastWriteTimeUtc(dead, Now.UtcDateTime.AddDays(-2));
        Directory.SetLastWriteTimeUtc(young, Now.UtcDateTime);

        Assert.Empty(SnapshotReader.List(folder.Root));
        SnapshotManifest written = Write(folder.Root);
        Assert.Equal(written.Id, Assert.Single(SnapshotReader.List(folder.Root)).Id);
        Assert.False(Directory.Exists(dead));
        Assert.True(Directory.Exists(young));
    }

    [Theory]
    [InlineData("train.jsonl")]
    [InlineData("test.jsonl")]
    public void Open_ChangedFile_NamesIt(string name)
    {
        using var folder = new TestFolder();
        string path = folder.At(Write(folder.Root).Id, name);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);

        string message = Assert.Throws<UserError>(() => SnapshotReader.Open(Path.GetDirectoryName(path)!)).Message;

        Assert.StartsWith(path + " was changed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingFile_NamesIt()
    {
        using var folder = new TestFolder();
        string path = folder.At(Write(folder.Root).Id, "test.jsonl");
        File.Delete(path);

        Assert.StartsWith(path + " is missing", Assert.Throws<UserError>(() => SnapshotReader.Open(Path.GetDirectoryName(path)!)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("format", "2", "format is 2, this version reads 1")]
    [InlineData("format", null, "format is missing")]
    [InlineData("format", "\"1\"", "format is \"1\"")]
    [InlineData("kind", "\"pairs\"", "preference, unpaired, prompt, demonstration, text")]
    [InlineData("kind", "0", "kind is 0")]
    [InlineData("kind", "\"TEXT\"", "kind is \"TEXT\"")]
    [InlineData("colour", "1", "colour")]
    [InlineData("created", "\"yesterday\"", "created")]
    [InlineData("split", null, "split")]
    [InlineData("provenance", "null", "provenance")]
    [InlineData("files", "[]", "train.jsonl")]
    [InlineData("files", "[{\"name\":\"../train.jsonl\",\"rows\":0,\"bytes\":0,\"sha256\":\"\"}]", "train.jsonl")]
    public void Open_ManifestItDoesNotKnow_NamesTheReason(string key, string? value, string expected)
    {
        using var folder = new TestFolder();
        string path = folder.At(Write(folder.Root).Id, "manifest.json");
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json.Remove(key);
        if (value is not null)
        {
            json[key] = JsonNode.Parse(value);
        }

        File.WriteAllText(path, json.ToJsonString());

        string message = Assert.Throws<UserError>(() => SnapshotReader.Open(Path.GetDirectoryName(path)!)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileOutsideTheFolder_IsRefused()
    {
        using var folder = new TestFolder();
        string path = folder.At(Write(folder.Root).Id, "manifest.json");
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["files"]!.AsArray().Add(JsonNode.Parse("{\"name\":\"../../secret\",\"rows\":0,\"bytes\":0,\"sha256\":\"\"}"));
        File.WriteAllText(path, json.ToJsonString());

        Assert.Contains("no file of the folder", Assert.Throws<UserError>(() => SnapshotReader.Open(Path.GetDirectoryName(path)!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoSnapshotOrNoJson_IsAUserError()
    {
        using var folder = new TestFolder();
        Assert.Contains("is no snapshot", Assert.Throws<UserError>(() => SnapshotReader.Open(folder.Root)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.At("manifest.json"), "{");
        Assert.Contains("no snapshot manifest", Assert.Throws<UserError>(() => SnapshotReader.Open(folder.Root)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.At("manifest.json"), "[]");
        Assert.Contains("no JSON object", Assert.Throws<UserError>(() => SnapshotReader.Open(folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_RowOfAnotherKind_IsRefused()
    {
        using var folder = new TestFolder();
        using var writer = new SnapshotWriter(folder.Root, Description(), Now);

        Assert.Throws<ArgumentException>(() => writer.Add(SnapshotSplit.Train, new PromptRow([new("user", "a")], "1", "2")));
    }

    [Fact]
    public void Add_InvalidUnicode_IsRefusedAndTheRestGoesOn()
    {
        using var folder = new TestFolder();
        using var writer = new SnapshotWriter(folder.Root, Description(), Now);

        Assert.Throws<UserError>(() => writer.Add(SnapshotSplit.Train, new TextRow("\ud800", "1")));
        writer.Add(SnapshotSplit.Train, new TextRow("fine", "2"));
        Assert.Equal("fine", Assert.Single(SnapshotReader.Open(folder.At(writer.Commit().Id)).Rows<TextRow>(SnapshotSplit.Train)).Text);
    }

    [Fact]
    public void Rows_ManyLargeRows_AreStreamed()
    {
        using var folder = new TestFolder();
        using var writer = new SnapshotWriter(folder.Root, Description(), Now);
        string text = new('x', 100_000);
        for (int i = 0; i < 300; i++)
        {
            writer.Add(SnapshotSplit.Train, new TextRow(text, FormattableString.Invariant($"{i}")));
        }

        var reader = SnapshotReader.Open(folder.At(writer.Commit().Id));
        _ = reader.Rows(SnapshotSplit.Train).First();
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = reader.Rows(SnapshotSplit.Train).First();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
        Assert.Equal(300, reader.Rows(SnapshotSplit.Train).Count());
    }

    internal static SnapshotManifest Write(string snapshots, string? id = null)
    {
        using var writer = new SnapshotWriter(snapshots, Description() with { Id = id }, Now);
        writer.Add(SnapshotSplit.Train, new TextRow("a", "1"));
        writer.Add(SnapshotSplit.Test, new TextRow("é", "3"));
        writer.Add(SnapshotSplit.Train, new TextRow("b", "2"));
        writer.LeaveOut("tie", 2);
        return writer.Commit();
    }

    private static SnapshotDescription Description() => new(
        SnapshotKind.Text,
        new("My Project!", "labels"),
        new(SnapshotSplitRule.FirstUserTurn, 0.1),
        new JsonObject { ["min_votes"] = 1 });
}
