using System.Diagnostics;
using Alignment.Pipeline.Projects.List;
using Alignment.Pipeline.Projects.Progress;
using Alignment.Pipeline.Projects.Quality;
using Alignment.Pipeline.Projects.Show;
using Alignment.Shared.Preferences;
using MediatR;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Alignment.Pipeline.Tests.Projects;

public class QueryTests
{
    [Fact]
    public async Task Figures_OfAProject_ReadNoTexts()
    {
        await using Bench bench = await Judged.WithAsync(pairs: 2, singles: 1, overlap: 2);
        await Judged.JudgeAllAsync(bench, "ann", item => item.Second is null ? Verdicts.Up : "1");
        foreach (IBaseRequest message in new IBaseRequest[] { new ListProjects(), new ShowProject("p"), new ShowProgress("p"), new ShowQuality("p") })
        {
            using var commands = new Commands();
            await SendAsync(bench, message);

            Assert.NotEmpty(commands.Texts);
            Assert.All(commands.Texts, sql => Assert.DoesNotMatch("\"(AnswerA|Prompt|Provenance|Comment)\"", sql));
        }
    }

    private static Task SendAsync(Bench bench, IBaseRequest message) => message switch
    {
        ListProjects list => bench.SendAsync(list),
        ShowProject show => bench.SendAsync(show),
        ShowProgress progress => bench.SendAsync(progress),
        ShowQuality quality => bench.SendAsync(quality),
        _ => throw new ArgumentOutOfRangeException(nameof(message)),
    };

    // The SQL of this test's own asynchronous flow; other tests run at the same time.
    private sealed class Commands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private static readonly AsyncLocal<Commands?> Current = new();
        private readonly List<IDisposable> _subscriptions = [];
        private readonly List<string> _texts = [];

        public Commands()
        {
            Current.Value = this;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public IReadOnlyList<string> Texts => _texts;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
            {
                _subscriptions.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (Current.Value == this && value.Value is CommandExecutedEventData { Command.CommandText: var sql })
            {
                _texts.Add(sql);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
    }
}
