using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Ask;
using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Tests.Serving;

/// <summary>Answers as they come.</summary>
public sealed class AskModelTests : IAsyncLifetime
{
    private FakeModels _models = null!;
    private Bench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _models = await FakeModels.StartAsync();
        _bench = _models.Bench();
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _models.DisposeAsync();
    }

    [Fact]
    public async Task Ask_StreamsTheAnswer_AndSaysWhereItStands()
    {
        var sampling = new Sampling { Temperature = 0.7, TopP = 0.9, MaxTokens = 40, Seed = 5 };
        List<AnswerPiece> pieces = await ReadAsync(new AskModel("two", [new(Roles.System, "Be short."), new(Roles.User, "Hello there")], sampling), Bench.Token);

        Assert.Equal([AnswerPhase.Starting, AnswerPhase.Reading, .. Enumerable.Repeat(AnswerPhase.Writing, 5), AnswerPhase.Finished], pieces.Select(piece => piece.Phase));
        Assert.Equal("Hello there by number 25 ", string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(7, pieces[^1].Tokens);
        FakeModels.Question asked = Assert.Single(_models.Asked);
        Assert.Equal(_models.Starts[0].Key, asked.Key);
        Assert.Equal(("Be short.", 0.7f, 0.9f, 5L), (asked.Body["messages"]![0]!["content"]!.GetValue<string>(), Number(asked, "temperature"), Number(asked, "top_p"), asked.Body["seed"]!.GetValue<long>()));
        Assert.Equal(40, (asked.Body["max_completion_tokens"] ?? asked.Body["max_tokens"])!.GetValue<int>());
    }

    [Fact]
    public async Task Ask_WhatAModelDoesNotTake_IsItsOwnSentence()
    {
        UserError error = await Assert.ThrowsAsync<RequestRefused>(() => ReadAsync(Question("this is too long"), Bench.Token));

        Assert.Equal("model 'one' does not take this: The prompt has 9000 tokens.", error.Message);
    }

    [Fact]
    public async Task Ask_WhereTheAnswerBreaksOff_SaysSo()
    {
        UserError error = await Assert.ThrowsAsync<ModelLost>(() => ReadAsync(Question("break it"), Bench.Token));

        Assert.Contains("broke the answer off", error.Message);
    }

    [Fact]
    public async Task Ask_GivenUp_EndsAtOnce()
    {
        using var given = new CancellationTokenSource();
        Task<List<AnswerPiece>> reading = ReadAsync(Question("hang on"), given.Token);
        await FakeModels.UntilAsync(() => _models.Asked.Count == 1);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20), Bench.Token));
        await FakeModels.UntilAsync(() => _models.GivenUp == 1);
    }

    [Theory]
    [InlineData("../one", "hello", 0, "named by its name")]
    [InlineData("one", " ", 0, "prompt is empty")]
    [InlineData("one", "hello", 3, "temperature is 0 to 2")]
    public async Task Ask_WhatMakesNoSense_IsRefused(string model, string prompt, double temperature, string word)
    {
        UserError error = await Assert.ThrowsAsync<UserError>(() => ReadAsync(new AskModel(model, [new(Roles.User, prompt)], new Sampling { Temperature = temperature }), Bench.Token));

        Assert.Contains(word, error.Message);
        Assert.Empty(_models.Starts);
    }

    private static AskModel Question(string text) => new("one", [new(Roles.User, text)], new Sampling());

    private static float Number(FakeModels.Question asked, string field) => asked.Body[field]!.GetValue<float>();

    private async Task<List<AnswerPiece>> ReadAsync(AskModel message, CancellationToken cancellationToken)
    {
        List<AnswerPiece> pieces = [];
        await foreach (AnswerPiece piece in (await _bench.SendAsync(message)).WithCancellation(cancellationToken))
        {
            pieces.Add(piece);
        }

        return pieces;
    }
}
