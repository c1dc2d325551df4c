using System.Globalization;
using Alignment.Pipeline.Generations;
using Alignment.Pipeline.Generations.Change;
using Alignment.Pipeline.Generations.List;
using Alignment.Pipeline.Generations.Show;
using Alignment.Pipeline.Generations.Start;
using Alignment.Shared;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>Files of prompts as jobs: start, progress, cancel, resume.</summary>
public sealed partial class PromptFiles : IDisposable
{
    private const long LargestFile = 64 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly SamplingForm _sampling = new();
    private readonly PeriodicTimer _looks = new(Look);
    private IReadOnlyList<GenerationSummary> _jobs = [];
    private GenerationDetails? _details;
    private StartedGeneration? _started;
    private IBrowserFile? _file;
    private UserError? _problem;
    private string _first = "", _second = "", _project = "";
    private int _answers = 1;
    private bool _starting;

    /// <summary>The models.</summary>
    [Parameter, EditorRequired]
    public required ModelChoice Choice { get; set; }

    /// <summary>The projects that there are.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Projects { get; set; }

    /// <summary>True while somebody looks at it.</summary>
    [Parameter]
    public bool Shown { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose() => _looks.Dispose();

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        (_first, _second, _project) = (Choice.First, Choice.Second, Projects.Count > 0 ? Projects[0] : "");
        await LookAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        while (firstRender && await _looks.WaitForNextTickAsync())
        {
            if (Shown && _jobs.Any(job => job.State == GenerationState.Running))
            {
                await LookAsync();
                StateHasChanged();
            }
        }
    }

    private static string State(GenerationState state) => state switch
    {
        GenerationState.Running => "Running:",
        GenerationState.Done => "Done:",
        GenerationState.Cancelled => "Cancelled:",
        _ => "Failed:",
    };

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string Rest(GenerationCounts counts) =>
        (counts.LeftOut > 0 ? $" {Count(counts.LeftOut, "equal or empty answer")} left out." : "")
        + (counts.Failed > 0 ? $" {Count(counts.Failed, "prompt")} not taken by a model." : "")
        + (counts.Rejected > 0 ? $" {Count(counts.Rejected, "line")} without a prompt." : "");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private async Task LookAsync() => _jobs = await Messages.SendAsync(new ListGenerations());

    private async Task StartAsync()
    {
        if (_file is not { } file || _starting)
        {
            return;
        }

        (_starting, _started) = (true, null);
        await DoAsync(async () =>
        {
            using MemoryStream content = await ReadAsync(file);
            _started = await Messages.SendAsync(new StartGeneration
            {
                Project = _project,
                Models = [.. new[] { _first, _second }.Where(model => model.Length > 0)],
                Answers = _answers,
                Sampling = _sampling.ToSampling(),
                Content = content,
                FileName = Path.GetFileName(file.Name),
            });
        });
        _starting = false;
    }

    private static async Task<MemoryStream> ReadAsync(IBrowserFile file)
    {
        if (file.Size > LargestFile)
        {
            throw new UserError(FormattableString.Invariant($"{file.Name} is larger than {LargestFile >> 20} MiB: split it"));
        }

        var content = new MemoryStream();
        await using Stream upload = file.OpenReadStream(LargestFile);
        await upload.CopyToAsync(content);
        content.Position = 0;
        return content;
    }

    private Task CancelAsync(int job) => DoAsync(() => SendAsync(new CancelGeneration(job)));

    private Task ResumeAsync(int job) => DoAsync(() => SendAsync(new ResumeGeneration(job)));

    private Task ShowAsync(int job) => DoAsync(async () => _details = _details?.Summary.Id == job ? null : await Messages.SendAsync(new ShowGeneration(job)));

    private async Task SendAsync(IRequest<GenerationState> message) => await Messages.SendAsync(message);

    private async Task DoAsync(Func<Task> work)
    {
        _problem = null;
        try
        {
            await work();
        }
        catch (UserError e)
        {
            _problem = e;
        }

        await LookAsync();
    }
}
