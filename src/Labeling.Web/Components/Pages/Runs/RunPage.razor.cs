using Alignment.Pipeline.Runs.List;
using Alignment.Pipeline.Runs.Resume;
using Alignment.Pipeline.Runs.Show;
using Alignment.Pipeline.Runs.Stop;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>One run, live.</summary>
public sealed partial class RunPage
{
    private const string SamplesFile = "samples.jsonl";
    private RunDetails? _run;
    private IReadOnlyList<RunSample> _samples = [];
    private long _samplesBytes;

    /// <summary>The run.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<string> Concerns => [Id];

    [CascadingParameter]
    private Task<AuthenticationState> Identity { get; set; } = null!;

    private RunSummary Summary => _run!.Summary;

    // The progress line writes over itself; what it said last is what counts.
    private string Console => string.Join('\n', _run!.Console.Split('\n').Select(line => line.TrimEnd('\r').Split('\r')[^1]));

    private IEnumerable<string> Warnings => Console.Split('\n').Where(line => line.StartsWith("warning:", StringComparison.OrdinalIgnoreCase) || line.StartsWith("alarm:", StringComparison.OrdinalIgnoreCase)).Distinct();

    private bool HasResult => _run!.Files.Any(IsResult);

    private bool HasAdapter => _run!.Files.Any(file => file.Name.StartsWith("adapter/", StringComparison.Ordinal));

    private long ResultBytes => _run!.Files.Where(IsResult).Sum(file => file.Bytes);

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        _run = await Messages.SendAsync(new ShowRun(Id), cancellationToken);
        long bytes = _run.Files.FirstOrDefault(file => file.Name == SamplesFile)?.Bytes ?? 0;
        if (bytes != _samplesBytes)
        {
            _samples = await RunSample.ReadAsync(await Messages.SendAsync(new FindRunFile(Id, SamplesFile), cancellationToken), cancellationToken);
            _samplesBytes = bytes;
        }
    }

    private static bool IsResult(RunFile file) => file.Name.StartsWith("model/", StringComparison.Ordinal) || file.Name.StartsWith("adapter/", StringComparison.Ordinal);

    private Task StopAsync() => DoAsync(() => Messages.SendAsync(new StopRun(Id)));

    private Task ResumeAsync() => DoAsync(async () => await Messages.SendAsync(new ResumeRun(Id, (await Identity).User.Identity?.Name ?? "")));
}
