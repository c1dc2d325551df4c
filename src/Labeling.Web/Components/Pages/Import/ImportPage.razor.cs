using Alignment.Labeling.Web.Components.Pages.Projects;
using Alignment.Labeling.Web.Imports;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Items.Import.Preview;
using Alignment.Pipeline.Projects.List;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace Alignment.Labeling.Web.Components.Pages.Import;

/// <summary>A file into a project: sent to disk, looked at, imported, reported.</summary>
public sealed partial class ImportPage : DataPage, IAsyncDisposable
{
    private const int PreviewedRows = 8;
    private ElementReference _input;
    private IJSObjectReference? _script;
    private DotNetObjectReference<ImportPage>? _self;
    private string _owner = "", _project = "";
    private IReadOnlyList<string> _projects = [];
    private bool _sending, _relabel, _human;
    private long _sent, _total;
    private PairRule _pairs;
    private Upload? _upload;
    private IReadOnlyList<RowPreview>? _rows;
    private ImportJob? _job;

    /// <summary>The project's name; null when none was chosen yet.</summary>
    [Parameter]
    public string? Name { get; set; }

    [Inject]
    private Uploads Uploads { get; set; } = null!;

    [Inject]
    private ImportJobs Jobs { get; set; } = null!;

    [Inject]
    private UploadLimit Limit { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Identity { get; set; } = null!;

    /// <summary>The script's word on how much was sent.</summary>
    [JSInvokable]
    public Task ProgressAsync(long sent, long total) => InvokeAsync(() =>
    {
        (_sent, _total) = (sent, total);
        StateHasChanged();
    });

    /// <summary>The script's word that the file is there.</summary>
    [JSInvokable]
    public Task SentAsync(string id) => InvokeAsync(async () =>
    {
        _sending = false;
        await TryAsync(async () =>
        {
            _upload = Uploads.Get(id, _owner);
            await PreviewAsync();
        });
        StateHasChanged();
    });

    /// <summary>The script's word that the file was not taken; null when it was called off.</summary>
    [JSInvokable]
    public Task RefusedAsync(string? reason) => InvokeAsync(() =>
    {
        _sending = false;
        Error = reason is null ? null : new UserError(reason);
        StateHasChanged();
    });

    /// <summary>The script's word that the file is larger than the limit, so that it was not sent.</summary>
    [JSInvokable]
    public Task TooLargeAsync(string fileName) => RefusedAsync(new UploadTooLarge(fileName, Limit).Message);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Leave();
        _self?.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // the page is gone already
        }
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _owner = await Messages.PersonIdAsync();
        _project = Name ?? "";
        if (Jobs.RunningOf(_owner) is { } running)
        {
            Follow(running);
        }

        await TryAsync(async () => _projects = [.. (await Messages.SendAsync(new ListProjects())).Select(project => project.Name)]);
    }

    private async Task SendAsync()
    {
        Leave();
        Error = null;
        (_sending, _sent, _total) = (true, 0, 0);
        _script ??= await Script.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/upload.js"]}");
        _self ??= DotNetObjectReference.Create(this);
        await _script.InvokeVoidAsync("send", _input, "api/uploads", Limit.Bytes, _self);
    }

    private async Task StopSendingAsync() => await _script!.InvokeVoidAsync("cancel");

    private async Task ChangeAsync(Action set)
    {
        set();
        await TryAsync(PreviewAsync);
    }

    private async Task PreviewAsync()
    {
        _rows = null;
        await using FileStream content = File.OpenRead(_upload!.Path);
        var message = new PreviewRows { Content = content, FileName = _upload.FileName, Relabel = _relabel, Pairs = _pairs, Rows = PreviewedRows };
        _rows = await Task.Run(() => Messages.SendAsync(message));
    }

    private Task StartAsync() => TryAsync(async () =>
    {
        Upload upload = Uploads.Get(_upload!.Id, _owner);
        ImportJob job = Jobs.Start(upload, new ImportOptions(_project.Trim(), _relabel, _human, _pairs), (await Identity).User);
        (_upload, _rows) = (null, null); // the import has it now
        Follow(job);
    });

    private Task AnotherAsync()
    {
        Leave();
        return Task.CompletedTask;
    }

    private void Follow(ImportJob job)
    {
        _job = job;
        job.Changed += Show;
    }

    private void Show() => _ = InvokeAsync(StateHasChanged);

    // What was sent and not imported goes; an import goes on.
    private void Leave()
    {
        if (_upload is not null)
        {
            Uploads.Remove(_upload.Id);
        }

        if (_job is not null)
        {
            _job.Changed -= Show;
        }

        (_upload, _rows, _job) = (null, null, null);
    }
}
