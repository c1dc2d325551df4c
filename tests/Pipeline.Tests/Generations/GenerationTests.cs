using System.Text;
using Alignment.Pipeline.Generations;
using Alignment.Pipeline.Generations.Change;
using Alignment.Pipeline.Generations.List;
using Alignment.Pipeline.Generations.Show;
using Alignment.Pipeline.Generations.Start;
using Alignment.Pipeline.Generations.Worker;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Add;
using Alignment.Pipeline.Storage;
using Alignment.Pipeline.Tests.Serving;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Generations;

/// <summary>Files of prompts that models answer in the background.</summary>
public sealed class GenerationTests : IAsyncLifetime
{
    private FakeModels _models = null!;

    public async ValueTask InitializeAsync() => _models = await FakeModels.StartAsync();

    public async ValueTask DisposeAsync() => await _models.DisposeAsync();

    [Fact]
    public async Task Job_MakesAPairOfEachPrompt_AndNamesTheLinesThatAreNone()
    {
        await using Bench bench = _models.Bench();
        await using var worker = new Working(bench);
        StartedGeneration started = await StartAsync(
            bench,
            """{"prompt": "first"}""", "", """{"prompt": 3}""", """{"prompt": [{"role": "user", "content": "second"}], "chosen": "passed over"}""",
            """{"messages": [{"role": "user", "content": "third"}], "system": "Be kind."}""", """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""",
            """{"prompt": "this is too long"}""");
        Assert.Equal((4, 2), (started.Prompts, started.Rejected));

        GenerationDetails job = await EndAsync(bench, started.Id);
        Assert.Equal(GenerationState.Done, job.Summary.State);
        Assert.Equal(new GenerationCounts(4, 3, 1, 2, 3, 0), job.Summary.Counts);
        Assert.Equal([3, 6, 7], job.Problems.Select(problem => problem.Line));
        Assert.Contains("not a text", job.Problems[0].Reason);
        Assert.Contains("user turn", job.Problems[1].Reason);
        Assert.Contains("9000 tokens", job.Problems[2].Reason);
        await using AlignmentDb db = bench.Db();
        List<Item> items = await db.Items.ToListAsync(Bench.Token);
        Assert.All(items, item => Assert.Equal(ItemKind.Pair, item.Kind));
        Assert.Equal(["first", "second", "third"], items.Select(item => item.Prompt[^1].Content).Order());
        Assert.Equal(8, _models.Asked.Count);
    }

    [Fact]
    public async Task PlainText_HasAPromptOnEachLine_AndFurtherAnswersHaveFurtherSeeds()
    {
        await using Bench bench = _models.Bench();
        await using var worker = new Working(bench);
        StartedGeneration started = await bench.SendAsync(Message(["one"], "first prompt\n\nsame for all\n") with { FileName = "prompts.txt", Answers = 3, Sampling = new Sampling { Temperature = 1, Seed = 10 } });
        GenerationDetails job = await EndAsync(bench, started.Id);

        Assert.Equal(new GenerationCounts(2, 2, 0, 0, 2, 2), job.Summary.Counts); // three answers give a pair; three equal ones one to rate
        Assert.Equal([10, 11, 12], _models.Asked.Where(question => question.Text == "first prompt").Select(question => question.Body["seed"]!.GetValue<int>()).Order());
    }

    [Fact]
    public async Task WorkerKilledInTheMiddle_TheNextOneAsksOnlyWhatIsNotDone_AndNothingIsDoubled()
    {
        Bench bench = _models.Bench(promptsAtOnce: 1);
        StartedGeneration started;
        await using (var worker = new Working(bench))
        {
            started = await StartAsync(bench, Rows("first", "second", "hang here", "fourth"));
            await FakeModels.UntilAsync(() => _models.Asked.Any(question => question.Text == "hang here"));
        }

        DataFolder folder = bench.Folder;
        GenerationDetails half = await bench.SendAsync(new ShowGeneration(started.Id));
        Assert.Equal((GenerationState.Running, 2, 2), (half.Summary.State, half.Summary.Counts.Done, half.Summary.Counts.Items));
        await bench.Services.GetRequiredService<ServePool>().DisposeAsync();

        await using (Bench next = _models.Bench(folder: folder, promptsAtOnce: 1))
        await using (var worker = new Working(next))
        {
            _models.Release();
            _models.Release();
            GenerationDetails job = await EndAsync(next, started.Id);
            Assert.Equal((GenerationState.Done, 4, 4), (job.Summary.State, job.Summary.Counts.Done, job.Summary.Counts.Items));
            Assert.All(_models.Asked.Where(question => question.Text != "hang here").GroupBy(question => (question.Model, question.Text)), asked => Assert.Single(asked));
            await using AlignmentDb db = next.Db();
            Assert.Equal(4, await db.Items.CountAsync(Bench.Token));
        }
    }

    [Fact]
    public async Task PromptThatIsDone_GetsNothingAgain()
    {
        await using Bench bench = _models.Bench();
        StartedGeneration started = await StartAsync(bench, Rows("first"));
        GenerationStore store = bench.Services.GetRequiredService<GenerationStore>();
        GenerationJob job = (await store.NextAsync(Bench.Token))!;
        GenerationPrompt prompt = (await store.WaitingAsync(job.Id, Bench.Token).SingleAsync(Bench.Token));

        await store.FinishAsync(job, prompt, [new("one", "a"), new("two", "b")], Bench.Token);
        await store.FinishAsync(job, prompt, [new("one", "c"), new("two", "d")], Bench.Token);

        Assert.Equal(1, (await bench.SendAsync(new ShowGeneration(started.Id))).Summary.Counts.Items);
        await using AlignmentDb db = bench.Db();
        Assert.Equal("ab", string.Concat(new[] { (await db.Items.SingleAsync(Bench.Token)).AnswerA, (await db.Items.SingleAsync(Bench.Token)).AnswerB }.Order()));
        Assert.Equal([new ModelAnswer("one", "a"), new ModelAnswer("two", "b")], (await db.GenerationPrompts.SingleAsync(Bench.Token)).Answers);
    }

    [Fact]
    public async Task Cancel_GivesUpWhatIsAsked_AndResumeGoesOn()
    {
        await using Bench bench = _models.Bench(promptsAtOnce: 1);
        await using var worker = new Working(bench);
        StartedGeneration started = await StartAsync(bench, Rows("first", "hang here", "third"));
        await FakeModels.UntilAsync(() => _models.Asked.Count(question => question.Text == "hang here") == 2);

        Assert.Equal(GenerationState.Cancelled, await bench.SendAsync(new CancelGeneration(started.Id)));
        Assert.Contains("has ended", (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new CancelGeneration(started.Id)))).Message);
        await FakeModels.UntilAsync(() => _models.GivenUp == 2);
        Assert.Equal(1, (await bench.SendAsync(new ShowGeneration(started.Id))).Summary.Counts.Items);

        await bench.SendAsync(new ResumeGeneration(started.Id));
        _models.Release();
        _models.Release();
        GenerationDetails job = await EndAsync(bench, started.Id);
        Assert.Equal((GenerationState.Done, 3), (job.Summary.State, job.Summary.Counts.Items));
        Assert.Equal(2, _models.Asked.Count(question => question.Text == "first"));
        Assert.Contains("every prompt was answered", (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ResumeGeneration(started.Id)))).Message);
    }

    [Fact]
    public async Task DamagedModel_FailsTheJobWithItsLastWords_AndResumeTriesAgain()
    {
        await using Bench bench = _models.Bench();
        await using var worker = new Working(bench);
        StartedGeneration started = await bench.SendAsync(Message(["one", "broken"], string.Join('\n', Rows("first", "second"))));
        GenerationDetails failed = await EndAsync(bench, started.Id);
        Assert.Equal(GenerationState.Failed, failed.Summary.State);
        Assert.Contains("model.safetensors is damaged", failed.Summary.Reason);
        Assert.True(failed.Summary.CanResume);

        _models.Mend();
        await bench.SendAsync(new ResumeGeneration(started.Id));
        GenerationDetails job = await EndAsync(bench, started.Id);
        Assert.Equal((GenerationState.Done, 2, ""), (job.Summary.State, job.Summary.Counts.Items, job.Summary.Reason));
    }

    [Fact]
    public async Task ModelThatBreaksOffAgainAndAgain_FailsTheJob()
    {
        await using Bench bench = _models.Bench();
        await using var worker = new Working(bench);
        StartedGeneration started = await bench.SendAsync(Message(["one"], "break it"));

        Assert.Contains("broke the answer off", (await EndAsync(bench, started.Id)).Summary.Reason);
        Assert.Equal(3, _models.Asked.Count);
    }

    [Theory]
    [InlineData("{\"prompt\": 1}\n[]", "line 1: ")]
    [InlineData("\n \n", "holds no prompts")]
    public async Task FileWithoutPrompts_IsRefused(string content, string word)
    {
        await using Bench bench = _models.Bench();
        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(Message(["one"], content)));

        Assert.Contains(word, error.Message);
        Assert.Empty(await bench.SendAsync(new ListGenerations()));
    }

    [Fact]
    public async Task SeveralAnswersAtTemperatureZero_AndUnknownModels_AreRefused()
    {
        await using Bench bench = _models.Bench();
        UserError same = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(Message(["one", "one"], "a") with { Answers = 2 }));
        Assert.Contains("always answers the same", same.Message);
        Assert.Contains("two different", same.Message);
        Assert.Contains("was not found", (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(Message(["nothing"], "a")))).Message);
    }

    private static string[] Rows(params string[] prompts) => [.. prompts.Select(prompt => $$"""{"prompt": "{{prompt}}"}""")];

    private static StartGeneration Message(string[] models, string content) => new()
    {
        Project = "p",
        Models = models,
        Sampling = new Sampling(),
        Content = new MemoryStream(Encoding.UTF8.GetBytes(content)),
        FileName = "prompts",
    };

    private static Task<StartedGeneration> StartAsync(Bench bench, params string[] rows) => bench.SendAsync(Message(["one", "two"], string.Join('\n', rows)));

    private static async Task<GenerationDetails> EndAsync(Bench bench, int id)
    {
        GenerationDetails job = await bench.SendAsync(new ShowGeneration(id));
        for (int i = 0; i < 400 && job.Summary.State == GenerationState.Running; i++)
        {
            await Task.Delay(50, Bench.Token);
            job = await bench.SendAsync(new ShowGeneration(id));
        }

        return job;
    }

    /// <summary>A worker that works until it is disposed.</summary>
    private sealed class Working : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _work;

        public Working(Bench bench) => _work = Task.Run(() => bench.Services.GetRequiredService<IGenerationWorker>().RunAsync(_stop.Token));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _work.WaitAsync(TimeSpan.FromSeconds(20));
            _stop.Dispose();
        }
    }
}
