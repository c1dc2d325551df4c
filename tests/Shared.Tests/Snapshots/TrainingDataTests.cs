using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;

namespace Alignment.Shared.Tests.Snapshots;

public sealed class TrainingDataTests
{
    private const string User = "[{\"role\":\"user\",\"content\":\"q\"}]", Yes = "[{\"role\":\"assistant\",\"content\":\"yes\"}]", No = "[{\"role\":\"assistant\",\"content\":\"no\"}]";

    [Fact]
    public void Open_ConversationalPairs_KeepTurnsIdAndMargin()
    {
        using var folder = new TestFolder();
        TrainingData data = Open(folder, $"{{\"row\":9,\"prompt\":{User},\"chosen\":{Yes},\"rejected\":{No},\"margin\":0.5,\"id\":\"x\"}}");

        PairTrainingRow row = Assert.IsType<PairTrainingRow>(Assert.Single(data.Rows(SnapshotSplit.Train)));

        Assert.Equal((SnapshotKind.Preference, 1, 0), (data.Kind, data.Count(SnapshotSplit.Train), data.Count(SnapshotSplit.Test)));
        Assert.Equal(("x", 1, 0.5, true), (row.Id, row.Line, row.Margin, row.Prompt.IsConversation));
        Assert.Equal(new Message("user", "q"), Assert.Single(row.Prompt.Messages));
        Assert.Equal(("yes", "no"), (row.Chosen.Messages[0].Content, row.Rejected.Messages[0].Content));
        Assert.Throws<InvalidOperationException>(() => row.Prompt.Text);
    }

    [Fact]
    public void Open_PlainText_StaysPlainText()
    {
        using var folder = new TestFolder();
        TrainingData data = Open(folder, "{\"prompt\":\"\\n\\nHuman: q\",\"chosen\":\" a\",\"rejected\":\" b\"}", "", "{\"prompt\":\"p\",\"chosen\":\"c\",\"rejected\":\"d\"}\r");

        PairTrainingRow[] rows = [.. data.Rows(SnapshotSplit.Train).Cast<PairTrainingRow>()];

        Assert.Equal(["1", "3"], rows.Select(row => row.Id));
        Assert.Equal((false, "\n\nHuman: q", " a", " b"), (rows[0].Prompt.IsConversation, rows[0].Prompt.Text, rows[0].Chosen.Text, rows[0].Rejected.Text));
        Assert.Equal(2, data.Count(SnapshotSplit.Train));
    }

    [Theory]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}]}", SnapshotKind.Demonstration, typeof(ConversationTrainingRow))]
    [InlineData("{\"text\":\"t\",\"row\":1}", SnapshotKind.Text, typeof(TextTrainingRow))]
    [InlineData("{\"prompt\":\"t\"}", SnapshotKind.Prompt, typeof(PromptTrainingRow))]
    [InlineData("{\"prompt\":\"t\",\"completion\":\"c\"}", SnapshotKind.Demonstration, typeof(CompletionTrainingRow))]
    [InlineData("{\"prompt\":\"t\",\"completion\":\"c\",\"label\":true}", SnapshotKind.Unpaired, typeof(CompletionTrainingRow))]
    [InlineData("{\"prompt\":\"t\",\"completion\":\"c\",\"label\":null}", SnapshotKind.Demonstration, typeof(CompletionTrainingRow))]
    public void Open_OtherLayouts_HaveTheirKind(string line, SnapshotKind kind, Type type)
    {
        using var folder = new TestFolder();
        TrainingData data = Open(folder, line);

        Assert.Equal(kind, data.Kind);
        Assert.IsType(type, Assert.Single(data.Rows(SnapshotSplit.Train)));
    }

    /// <summary>Expected values from TRL 1.16's extract_prompt, run by hand over its rule.</summary>
    [Theory]
    [InlineData("The sky is blue.", "The sky is green.", "The sky is", " blue.", " green.")]
    [InlineData("Hi there", "Hi thexx", "Hi the", "re", "xx")]
    [InlineData("same", "same", "sam", "e", "e")]
    [InlineData("same", "same and more", "sam", "e", "e and more")]
    [InlineData("q 😀a", "q 😁a", "q", " 😀a", " 😁a")]
    public void Open_ImplicitPlainPrompt_IsTheCommonBeginning(string chosen, string rejected, string prompt, string better, string worse)
    {
        using var folder = new TestFolder();
        TrainingData data = Open(folder, new JsonObject { ["chosen"] = chosen, ["rejected"] = rejected }.ToJsonString());

        PairTrainingRow row = Assert.IsType<PairTrainingRow>(Assert.Single(data.Rows(SnapshotSplit.Train)));

        Assert.Equal((prompt, better, worse), (row.Prompt.Text, row.Chosen.Text, row.Rejected.Text));
    }

    [Fact]
    public void Open_ImplicitConversationalPrompt_IsTheCommonTurns()
    {
        using var folder = new TestFolder();
        TrainingData data = Open(folder, $"{{\"chosen\":{User[..^1]},{Yes[1..]},\"rejected\":{User[..^1]},{No[1..]}}}", $"{{\"chosen\":{User[..^1]},{Yes[1..]},\"rejected\":{User[..^1]},{Yes[1..]}}}");

        PairTrainingRow[] rows = [.. data.Rows(SnapshotSplit.Train).Cast<PairTrainingRow>()];

        Assert.Equal(new Message("user", "q"), Assert.Single(rows[0].Prompt.Messages));
        Assert.Equal(("yes", "no"), (Assert.Single(rows[0].Chosen.Messages).Content, Assert.Single(rows[0].Rejected.Messages).Content));
        Assert.Equal(("yes", "yes"), (Assert.Single(rows[1].Chosen.Messages).Content, Assert.Single(rows[1].Rejected.Messages).Content));
    }

    [Theory]
    [InlineData("{\"chosen\":\"a\",\"rejected\":\"b\"}", "no common beginning")]
    [InlineData("{\"chosen\":\"\",\"rejected\":\"\"}", "no common beginning")]
    [InlineData("{\"prompt\":\"p\",\"chosen\":[],\"rejected\":\"b\"}", "chosen must be a list of turns")]
    [InlineData("{\"prompt\":\"p\",\"chosen\":[{\"role\":\"assistant\",\"content\":\"a\"}],\"rejected\":\"b\"}", "mixes plain text")]
    [InlineData("{\"prompt\":\"p\",\"chosen\":3,\"rejected\":\"b\"}", "chosen is 3; it must be a text")]
    [InlineData("{\"prompt\":\"p\",\"completion\":\"c\",\"label\":1}", "label is 1")]
    [InlineData("{\"messages\":[{\"role\":\"user\"}]}", "no content")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}", "content is a list")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"tool_calls\":[]}]}", "'tool_calls'")]
    [InlineData("{\"text\":\"t\",\"tools\":[]}", "column tools is not supported")]
    [InlineData("{\"text\":\"\\ud800\"}", "no valid Unicode")]
    [InlineData("{\"text\":\"a\",\"text\":\"b\"}", "no JSON object")]
    [InlineData("{\"question\":\"a\"}", "columns question; needed are")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{\"text\":", "no JSON object")]
    public void Open_DamagedRow_NamesFileLineAndReason(string line, string reason)
    {
        using var folder = new TestFolder();

        string message = Assert.Throws<UserError>(() => Open(folder, "", line)).Message;

        Assert.StartsWith(folder.At("rows.jsonl") + ":2: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"text\":\"a\"}", "{\"prompt\":\"a\"}", "column text is missing")]
    [InlineData("{\"chosen\":\"ab\",\"rejected\":\"ac\"}", "{\"prompt\":\"a\",\"chosen\":\"b\",\"rejected\":\"c\"}", "the first row has none")]
    [InlineData("{\"prompt\":\"a\",\"completion\":\"b\",\"label\":true}", "{\"prompt\":\"a\",\"completion\":\"b\"}", "column label is missing")]
    public void Open_RowOfAnotherLayout_NamesItsLine(string first, string second, string reason)
    {
        using var folder = new TestFolder();

        string message = Assert.Throws<UserError>(() => Open(folder, first, second)).Message;

        Assert.Contains("rows.jsonl:2: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyFileOrNothing_IsAUserError()
    {
        using var folder = new TestFolder();

        Assert.Contains("has no rows", Assert.Throws<UserError>(() => Open(folder, "", " ")).Message, StringComparison.Ordinal);
        Assert.Contains("neither", Assert.Throws<UserError>(() => TrainingData.Open(folder.At("nothing"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sha256_BareFile_IsTheFilesHash()
    {
        using var folder = new TestFolder();
        TrainingData data = Open(folder, "{\"text\":\"a\"}");

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(data.Path))), data.Sha256);
    }

    [Fact]
    public void Open_ByteOrderMark_IsPassedOver()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("rows.jsonl"), "{\"text\":\"a\"}\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("a", Assert.IsType<TextTrainingRow>(Assert.Single(TrainingData.Open(folder.At("rows.jsonl")).Rows(SnapshotSplit.Train))).Text);
    }

    [Fact]
    public void Open_EverySnapshotKind_GivesItsTrainingRows()
    {
        using var folder = new TestFolder();
        Message[] user = [new("user", "q")], yes = [new("assistant", "a")], no = [new("assistant", "b")];
        (SnapshotKind Kind, IRow Row, Type Type)[] kinds =
        [
            (SnapshotKind.Preference, new PreferenceRow(user, yes, no, "1", "p", 1, 1, 1, "s"), typeof(PairTrainingRow)),
            (SnapshotKind.Unpaired, new UnpairedRow(user, yes, false, "1", "p", 1, "s"), typeof(CompletionTrainingRow)),
            (SnapshotKind.Prompt, new PromptRow(user, "1", "p"), typeof(PromptTrainingRow)),
            (SnapshotKind.Demonstration, new DemonstrationRow([.. user, .. yes], "1", "p"), typeof(ConversationTrainingRow)),
            (SnapshotKind.Text, new TextRow("t", "1"), typeof(TextTrainingRow)),
        ];
        Assert.Equal(Enum.GetValues<SnapshotKind>(), kinds.Select(kind => kind.Kind));
        foreach ((SnapshotKind kind, IRow row, Type type) in kinds)
        {
            using var writer = new SnapshotWriter(folder.Root, new(kind, new("", "s"), new(SnapshotSplitRule.FirstUserTurn, 0.5), []), DateTimeOffset.UnixEpoch);
            writer.Add(SnapshotSplit.Test, row);
            SnapshotManifest manifest = writer.Commit();

            TrainingData data = TrainingData.Open(folder.At(manifest.Id));

            Assert.StartsWith(kind.Name() + "-", manifest.Id, StringComparison.Ordinal);
            Assert.Equal((kind, 0, 1), (data.Kind, data.Count(SnapshotSplit.Train), data.Count(SnapshotSplit.Test)));
            Assert.IsType(type, Assert.Single(data.Rows(SnapshotSplit.Test)));
            Assert.Empty(data.Rows(SnapshotSplit.Train));
        }
    }

    [Fact]
    public void Resolve_Value_PrefersAPathBesideTheRunYaml()
    {
        using var folder = new TestFolder();
        var data = new DataFolder(folder.At("data"));
        string id = SnapshotTests.Write(data.Snapshots, "mine").Id;
        Directory.CreateDirectory(folder.At("work"));
        File.WriteAllText(folder.At("work", "rows.jsonl"), "{\"text\":\"a\"}\n");

        Assert.Equal(folder.At("data", "snapshots", id), TrainingData.Resolve("mine", folder.At("work"), data));
        Assert.Equal(folder.At("work", "rows.jsonl"), TrainingData.Resolve("rows.jsonl", folder.At("work"), data));
        Assert.Equal(folder.At("data", "snapshots", id), TrainingData.Resolve("../data/snapshots/mine", folder.At("work"), data));
        Assert.Contains("'pipeline datasets list'", Assert.Throws<UserError>(() => TrainingData.Resolve("other", folder.At("work"), data)).Message, StringComparison.Ordinal);
        Assert.Throws<UserError>(() => TrainingData.Resolve("..", folder.At("data", "snapshots", id), data));
    }

    [Fact]
    public void Open_RowsOfTheTrajectories_AreAllRead()
    {
        Assert.SkipUnless(GoldenData.Has("trajectories"), "the folder has no such suite");
        foreach (string path in Directory.GetFiles(GoldenData.At("trajectories"), "rows.jsonl", SearchOption.AllDirectories))
        {
            JsonObject[] lines = [.. GoldenData.JsonLines(path)];
            if (!lines[0].Any(column => column.Key is "prompt" or "messages" or "text" or "chosen"))
            {
                continue;
            }

            TrainingData data = TrainingData.Open(path);

            Assert.Equal(lines.Length, data.Count(SnapshotSplit.Train));
            foreach ((JsonObject line, TrainingRow row) in lines.Zip(data.Rows(SnapshotSplit.Train)))
            {
                string? expected = (line["text"] ?? line["completion"] ?? line["chosen"])?.ToJsonString();
                Passage? actual = row switch { TextTrainingRow text => Passage.Of(text.Text), CompletionTrainingRow one => one.Completion, PairTrainingRow pair => pair.Chosen, _ => null };
                string? written = actual is null ? null : actual.IsConversation
                    ? new JsonArray([.. actual.Messages.Select(turn => new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content })]).ToJsonString()
                    : JsonValue.Create(actual.Text).ToJsonString();
                Assert.Equal(expected, written);
            }
        }
    }

    private static TrainingData Open(TestFolder folder, params string[] lines)
    {
        File.WriteAllText(folder.At("rows.jsonl"), string.Concat(lines.Select(line => line + "\n")));
        return TrainingData.Open(folder.At("rows.jsonl"));
    }
}
