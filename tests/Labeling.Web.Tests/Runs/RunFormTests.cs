using Alignment.Labeling.Web.Components.Pages.Runs;
using Alignment.Shared.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alignment.Labeling.Web.Tests.Runs;

/// <summary>The form of a new run is made from the schema: nothing is missing, and it writes what it shows.</summary>
public sealed class RunFormTests
{
    public static TheoryData<string> Trainers => [.. RunSchema.Trainers];

    public static TheoryData<string> Recipes => [.. Directory.EnumerateFiles(RunPresets.Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Trainers))]
    public async Task Form_HasAFieldForEveryKey_WithItsSentenceAndDefault(string trainer)
    {
        RunForm form = Form(trainer);
        foreach (RunKey section in form.Optional)
        {
            form.Use(section, on: true);
        }

        string html = await RenderAsync(form, new Dictionary<string, string>());
        foreach (RunKey key in form.Schema.All().Where(key => !key.IsSection && !RunForm.Chosen.Contains(key.Path)))
        {
            Assert.Single(Occurrences(html, $" id=\"set-{key.Path.Replace('.', '-')}\""));
            Assert.Contains($"{key.Doc.Help}. Allowed: {key.Allowed}; default: {key.DefaultText}.", html);
            Assert.True(key.Doc.Unit is null || html.Contains($"<span>{key.Doc.Unit}</span>", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Error_StandsAtItsField()
    {
        RunForm form = Form(TrainerNames.Dpo);
        string html = await RenderAsync(form, new Dictionary<string, string> { ["loss.beta"] = "is out of range" });

        Assert.Contains("id=\"set-loss-beta-error\" role=\"status\">is out of range", html);
        Assert.Single(Occurrences(html, "aria-invalid=\"true\""));
    }

    [Theory]
    [InlineData("optimizer.learning_rate", "fast")]
    [InlineData("loss.label_smoothing", "0.1")]
    [InlineData("optimizer.betas", "[0.9")]
    [InlineData("seed", "-1")]
    public void Error_IsOfTheKeyThatWasEntered(string path, string value)
    {
        RunForm form = Form(TrainerNames.Dpo);
        form.Set("model", "demo");
        form.Set("data", "pairs");
        form.Set(path, value);

        RunSpecException wrong = Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse(form.Write(), "run.yaml"));
        Assert.Equal(path, form.KeyOf(Assert.Single(wrong.Found)));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Preset_IsTakenOverWhole(string file)
    {
        var spec = RunSpecYaml.Load(Path.Combine(RunPresets.Folder, file));
        RunForm form = Form(spec.Trainer);
        form.Take(spec);
        form.Set("model", "other");
        form.Set("data", "rows");

        Assert.Contains(RunPresets.Of(spec.Trainer), preset => preset.Name + ".yaml" == file);
        Assert.Equal(RunSpecYaml.Write(spec with { Model = "other", Data = "rows" }), RunSpecYaml.Write(RunSpecYaml.Parse(form.Write(), "run.yaml")));
    }

    [Theory]
    [InlineData(".*(q|v)_proj$")]
    [InlineData("[q_proj, v_proj]")]
    [InlineData("all-linear")]
    public void Value_ThatYamlWouldMisread_IsQuoted(string targets)
    {
        RunForm form = Form(TrainerNames.Dpo);
        form.Set("model", "a: b # c");
        form.Set("data", "null");
        form.Use(form.Optional.Single(), on: true);
        form.Set("lora.targets", targets);
        form.Set("lora.exclude", "head");

        var spec = RunSpecYaml.Parse(form.Write(), "run.yaml");
        Assert.Equal(("a: b # c", "null"), (spec.Model, spec.Data));
        Assert.Equal(targets.Trim('[', ']'), spec.Lora!.Targets.Pattern ?? string.Join(", ", spec.Lora.Targets.Names ?? [targets]));
    }

    [Fact]
    public void Preset_OfTheModelComesFirst_ElseTheGentlest()
    {
        IReadOnlyList<RunPreset> presets = RunPresets.Of(TrainerNames.Dpo);

        Assert.Equal("demo-dpo", RunPresets.For(presets, TrainerNames.Dpo, "demo")!.Name);
        Assert.Equal("smollm2-dpo-lora", RunPresets.For(presets, TrainerNames.Dpo, "smollm2")!.Name);
        Assert.Equal("dpo-lora", RunPresets.For(presets, TrainerNames.Dpo, "another")!.Name);
    }

    private static RunForm Form(string trainer) => new(RunSchema.Find(trainer)!);

    private static async Task<string> RenderAsync(RunForm form, IReadOnlyDictionary<string, string> errors)
    {
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        string html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<RunFields>(ParameterView.FromDictionary(
            new Dictionary<string, object?> { [nameof(RunFields.Form)] = form, [nameof(RunFields.Errors)] = errors }))).ToHtmlString());
        return System.Net.WebUtility.HtmlDecode(html);
    }

    private static IEnumerable<int> Occurrences(string text, string part)
    {
        for (int at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }
}
