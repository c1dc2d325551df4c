using System.Text.Json;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Add;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Serving;

/// <summary>Answers become items whose provenance says who wrote them, and nothing that annotators see does.</summary>
public sealed class AddAnswersTests
{
    private static readonly Message[] Prompt = [new(Roles.User, "Name something that floats.")];
    private static readonly Sampling Sampling = new() { Temperature = 0.5, MaxTokens = 30, Seed = 4 };

    [Fact]
    public async Task TwoAnswers_BecomeAPair_OfWhichAnnotatorsSeeNoModel()
    {
        await using var bench = new Bench();
        AddedAnswers added = await AddAsync(bench, ("base-model", "A boat."), ("trained-model", "Wood."));

        Assert.Equal(new AddedAnswers(1, 0, 0, 0, 0, false), added);
        await using AlignmentDb db = bench.Db();
        Item item = await db.Items.SingleAsync(Bench.Token);
        Assert.Equal((ItemKind.Pair, AnswerRow.Source), (item.Kind, item.Source));
        using var provenance = JsonDocument.Parse(item.Provenance);
        JsonElement row = provenance.RootElement.GetProperty("row");
        Assert.Equal(["base-model A boat.", "trained-model Wood."], row.GetProperty("answers").EnumerateArray().Select(answer => $"{answer.GetProperty("model")} {answer.GetProperty("text")}"));
        Assert.Equal(("0.5", "30", "4"), (Text(row, "temperature"), Text(row, "max_tokens"), Text(row, "seed")));

        string shown = JsonSerializer.Serialize(await bench.SendAsync(new LeaseNext("p", "somebody", 1)));
        Assert.Contains("A boat.", shown);
        Assert.DoesNotContain("-model", shown);
    }

    [Fact]
    public async Task EqualAnswers_LeaveOne_ToRate()
    {
        await using var bench = new Bench();

        Assert.Equal(new AddedAnswers(0, 1, 1, 0, 0, false), await AddAsync(bench, ("a", "Wood."), ("b", "Wood.")));
        Assert.Equal(new AddedAnswers(0, 0, 1, 0, 0, true), await AddAsync(bench, ("a", "Wood."), ("b", "Wood.")));
    }

    [Fact]
    public async Task SeveralAnswersOfEach_ArePairedAcrossTheModels()
    {
        await using var bench = new Bench();
        AddedAnswers added = await AddAsync(bench, ("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("b", "b2"), ("b", " "));

        Assert.Equal(new AddedAnswers(2, 0, 0, 1, 1, false), added);
        await using AlignmentDb db = bench.Db();
        string[] pairs = [.. (await db.Items.ToListAsync(Bench.Token)).Select(item => string.Concat(new[] { item.AnswerA, item.AnswerB }.Order())).Order()];
        Assert.Equal(["a1b1", "a2b2"], pairs);
    }

    [Fact]
    public async Task AnswersThatSayNothing_AreAnError()
    {
        await using var bench = new Bench();
        UserError error = await Assert.ThrowsAsync<UserError>(() => AddAsync(bench, ("a", ""), ("b", "  ")));

        Assert.Contains("nothing to label", error.Message);
    }

    private static string Text(JsonElement row, string name) => row.GetProperty("sampling").GetProperty(name).GetRawText();

    private static Task<AddedAnswers> AddAsync(Bench bench, params (string Model, string Text)[] answers) =>
        bench.SendAsync(new AddAnswers("p", Prompt, [.. answers.Select(answer => new ModelAnswer(answer.Model, answer.Text))], Sampling));
}
