using System.Text;
using Alignment.Pipeline.Datasets.List;
using Alignment.Pipeline.Runs.Check;
using Alignment.Pipeline.Runs.Devices;
using Alignment.Pipeline.Runs.Estimate;
using Alignment.Pipeline.Runs.Models;
using Alignment.Pipeline.Runs.Show;
using Alignment.Pipeline.Runs.Start;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>From a model and a dataset to a run, by a form or by a run.yaml.</summary>
public sealed partial class NewRunPage : IDisposable
{
    private const int LongestYaml = 256 << 10;
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(400);

    private RunForm _form = new(RunSchema.Find(RunSchema.Trainers[0])!);
    private IReadOnlyList<ModelSummary>? _models;
    private IReadOnlyList<DatasetSummary> _datasets = [];
    private IReadOnlyList<RunPreset> _presets = [];
    private IReadOnlyList<TrainingDevice>? _devices;
    private RunPreset? _preset;
    private string _yaml = "";
    private bool _asText, _starting, _left;
    private RunCheck? _check;
    private Dictionary<string, string> _errors = [];
    private RunEstimate? _estimate;
    private string? _estimateProblem, _deviceProblem;
    private UserError? _problem;
    private CancellationTokenSource _change = new();

    /// <summary>A dataset that is chosen already.</summary>
    [SupplyParameterFromQuery]
    public string? Data { get; set; }

    /// <summary>A model that is chosen already.</summary>
    [SupplyParameterFromQuery]
    public string? Model { get; set; }

    /// <summary>A trainer that is chosen already.</summary>
    [SupplyParameterFromQuery(Name = "trainer")]
    public string? WantedTrainer { get; set; }

    /// <summary>A run whose settings are the beginning.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Identity { get; set; } = null!;

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Trainer => _asText && _check?.Spec is { } spec ? spec.Trainer : _form.Schema.Trainer;

    private bool CanStart => !_starting && _check is { Errors.Count: 0 } && _estimate?.Memory.Refusal is null;

    private string Download => "data:application/yaml;charset=utf-8," + Uri.EscapeDataString(_yaml);

    /// <inheritdoc/>
    public void Dispose()
    {
        _left = true;
        _change.Cancel();
        _change.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _datasets = await Messages.SendAsync(new ListDatasets(null));
        IReadOnlyList<ModelSummary> models = await Messages.SendAsync(new ListModels());
        string data = Data ?? (_datasets.Count > 0 ? _datasets[0].Id : "");
        string model = Model ?? (models.Count > 0 ? models[0].Name : "");
        TakeTrainer(RunSchema.Find(WantedTrainer ?? "")?.Trainer ?? TrainerFor(data), model, data, "cpu");
        if (From is not null)
        {
            await TakeRunAsync(From);
        }

        _models = models; // shows the form: nothing is filled in by itself from now on
        await ChangedAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            _devices = (await Messages.SendAsync(new ListDevices())).Devices;
            await ChangedAsync(); // what a device can do makes a better estimate
        }
        catch (UserError e)
        {
            _deviceProblem = e.Message;
        }

        StateHasChanged();
    }

    // Pairs are what dpo is for; what has no two answers can only be imitated.
    private string TrainerFor(string data)
    {
        string? kind = _datasets.FirstOrDefault(dataset => dataset.Id == data)?.Kind;
        return kind is null or "preference" ? TrainerNames.Dpo : TrainerNames.Sft;
    }

    private void TakeTrainer(string trainer, string model, string data, string device)
    {
        _form = new RunForm(RunSchema.Find(trainer)!);
        _form.Set("model", model);
        _form.Set("data", data);
        _form.Set("device", device);
        _presets = RunPresets.Of(trainer);
        TakePreset(RunPresets.For(_presets, trainer, model));
    }

    private void TakePreset(RunPreset? preset)
    {
        _preset = preset;
        _form.Take(preset?.Spec ?? (RunSpec)Activator.CreateInstance(_form.Schema.SpecType)!);
    }

    private async Task TakeRunAsync(string id)
    {
        try
        {
            RunDetails run = await Messages.SendAsync(new ShowRun(id));
            var spec = RunSpecYaml.Parse(run.RunYaml ?? throw new UserError($"the run.yaml of {id} is gone"), "run.yaml");
            TakeSpec(spec);
        }
        catch (UserError e)
        {
            _problem = e;
        }
    }

    private void TakeSpec(RunSpec spec)
    {
        TakeTrainer(spec.Trainer, spec.Model, spec.Data, spec.Device);
        _preset = null;
        _form.Take(spec);
    }

    private Task ChooseAsync(string path, ChangeEventArgs change)
    {
        _form.Set(path, change.Value?.ToString() ?? "");
        return ChangedAsync();
    }

    private Task ChooseTrainerAsync(ChangeEventArgs change)
    {
        TakeTrainer(change.Value!.ToString()!, _form.Entered("model"), _form.Entered("data"), _form.Entered("device"));
        return ChangedAsync();
    }

    private Task ChoosePresetAsync(ChangeEventArgs change)
    {
        TakePreset(_presets.FirstOrDefault(preset => preset.Name == change.Value?.ToString()));
        return ChangedAsync();
    }

    private Task AsTextAsync(string yaml)
    {
        (_asText, _yaml) = (true, yaml);
        return ChangedAsync();
    }

    private Task AsFormAsync()
    {
        if (_check?.Spec is not { } spec)
        {
            _problem = new UserError("the form can not show a run.yaml with errors: mend them first");
            return Task.CompletedTask;
        }

        _asText = false;
        TakeSpec(spec);
        return ChangedAsync();
    }

    private async Task UploadAsync(InputFileChangeEventArgs upload)
    {
        _problem = null;
        try
        {
            using var reader = new StreamReader(upload.File.OpenReadStream(LongestYaml), new UTF8Encoding(false, throwOnInvalidBytes: true));
            await AsTextAsync(await reader.ReadToEndAsync());
        }
        catch (Exception e) when (e is IOException or DecoderFallbackException)
        {
            _problem = new UserError($"{upload.File.Name} can not be read: {e.Message} A run.yaml is UTF-8 text of at most {RunWords.Bytes(LongestYaml)}.", inner: e);
        }
    }

    // Checked at once; estimated when nothing was typed for a moment, because that reads rows.
    private async Task ChangedAsync()
    {
        if (_left)
        {
            return; // the devices were found, or a file was read, after the page was left
        }

        await _change.CancelAsync();
        _change.Dispose();
        _change = new CancellationTokenSource();
        CancellationToken token = _change.Token;
        (_estimate, _estimateProblem, _problem) = (null, null, null);
        _yaml = _asText ? _yaml : _form.Write();
        try
        {
            _check = await Messages.SendAsync(new CheckRun(_yaml), token);
            _errors = _check.Errors.GroupBy(error => _form.KeyOf(error) ?? "").ToDictionary(errors => errors.Key, errors => Words(errors.First()));
            if (_check.Errors.Count == 0)
            {
                StateHasChanged();
                await Task.Delay(Calm, token);
                _estimate = await Messages.SendAsync(new EstimateRun(_yaml), token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // a later change is being looked at
        }
        catch (UserError e)
        {
            _estimateProblem = e.Message;
        }
    }

    // Beside its field an error need not name the key.
    private static string Words(RunSpecError error) => error.Text.Split(": ", 2) is [_, { Length: > 0 } rest] ? rest : error.Text;

    private async Task StartAsync()
    {
        _starting = true;
        try
        {
            QueuedRun queued = await Messages.SendAsync(new StartRun(_yaml, (await Identity).User.Identity?.Name ?? ""));
            Navigation.NavigateTo($"runs/{Uri.EscapeDataString(queued.Id)}");
        }
        catch (UserError e)
        {
            _problem = e;
        }
        finally
        {
            _starting = false;
        }
    }
}
