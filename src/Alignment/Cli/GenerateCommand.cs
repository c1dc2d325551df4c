using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

using Alignment.Adapters;
using Alignment.Generation;
using Alignment.Models;
using Alignment.Shared;

namespace Alignment.Cli;

/// <summary><c>align generate MODEL</c>: answers to prompts, printed or as jsonl that <c>pipeline import</c> takes.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string> ModelName = new("MODEL") { Description = "A name under models/, a run's id, a Hugging Face folder or a GGUF file." };
    private static readonly Option<string?> Adapter = new("--adapter") { Description = "PEFT folder whose adapter is put on the model." };
    private static readonly Option<string[]> Prompts = new("--prompt") { Description = "A prompt; may be given several times." };
    private static readonly Option<string?> PromptsFile = new("--prompts") { Description = "jsonl with prompt (text or turns), messages or turns; any other file has one prompt per line." };
    private static readonly Option<string?> System = new("--system") { Description = "A system turn put before prompts that have none." };
    private static readonly Option<bool> Raw = new("--raw") { Description = "Continue texts as they are, without the chat template." };
    private static readonly Option<int> PerPrompt = new("--n") { Description = "Answers to each prompt.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Limit of new tokens of an answer.", DefaultValueFactory = _ => 256 };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "Divides the logits, above 0.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> TopK = new("--top-k") { Description = "Keep the k likeliest tokens (0: all).", DefaultValueFactory = _ => 0 };
    private static readonly Option<double> TopP = new("--top-p") { Description = "Keep the likeliest tokens up to this share, in (0, 1].", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> MinP = new("--min-p") { Description = "Keep tokens of at least this share of the likeliest one, in [0, 1).", DefaultValueFactory = _ => 0 };
    private static readonly Option<double> Repetition = new("--repetition-penalty") { Description = "Makes tokens that occurred less likely, above 0 (1: off).", DefaultValueFactory = _ => 1 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Seed of the draws.", DefaultValueFactory = _ => 0 };
    private static readonly Option<bool> Greedy = new("--greedy") { Description = "Always take the likeliest token." };
    private static readonly Option<int> Batch = new("--batch") { Description = "Answers computed at once.", DefaultValueFactory = _ => 16 };
    private static readonly Option<string?> Out = new("--out") { Description = "jsonl to write or to go on with; prompts that stand in it are skipped." };
    private static readonly Option<string> DataDir = DataFolder.Option();
    private static readonly ComputeOptions Compute = new();

    public static Command Create()
    {
        var command = new Command(
            "generate",
            "Answers prompts. A text is a user turn in the model's chat template, unless --raw is given.\n\n"
            + "Examples:\n  align generate smollm2 --prompt \"Name three things that float.\" --greedy\n"
            + "  align generate smollm2 --prompts questions.jsonl --n 2 --temperature 0.8 --top-p 0.95 --seed 1 --out answers.jsonl")
        {
            ModelName, Adapter, Prompts, PromptsFile, System, Raw, PerPrompt, MaxTokens, Temperature, TopK, TopP, MinP, Repetition, Seed, Greedy, Batch, Out, DataDir,
        };
        Compute.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            Run(parsed, stop);
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        SamplingOptions sampling = Sampling(parsed);
        int perPrompt = AtLeast(parsed, PerPrompt, 1);
        (int maxTokens, int batch) = (AtLeast(parsed, MaxTokens, 1), AtLeast(parsed, Batch, 1));
        IReadOnlyList<PromptToContinue> prompts = Read(parsed);
        using AnswerFile? file = parsed.GetValue(Out) is string path ? new AnswerFile(path) : null;
        IReadOnlyList<(PromptToContinue, int)> open = Open(prompts, file);
        if (open.Count < prompts.Count)
        {
            Output.Note(FormattableString.Invariant($"{prompts.Count - open.Count} of {prompts.Count} prompts are answered already"));
        }

        if (open.Count == 0)
        {
            return;
        }

        string source = ModelSource.Resolve(parsed.GetRequiredValue(ModelName), ".", new Shared.DataFolder(parsed.GetRequiredValue(DataDir)));
        using LoadedModel model = Compute.Load(parsed, source);
        using LoraAdapters? adapters = parsed.GetValue(Adapter) is string folder ? PeftFolder.Load(model.Model, folder) : null;
        var job = new AnswerJob(model, sampling, maxTokens, batch);
        var clock = Stopwatch.StartNew();
        if (file is not null)
        {
            ProgressLine.Run("answers", (long)open.Count * perPrompt, report => job.Run(open, perPrompt, (prompt, answers) =>
            {
                file.Add(prompt, answers);
                report(job.Answers);
            }, stop: stop));
        }
        else if (open.Count == 1 && perPrompt == 1)
        {
            job.Run(open, 1, (_, _) => Output.Line(), (_, text) => Console.Out.Write(text), stop);
        }
        else
        {
            job.Run(open, perPrompt, Print, stop: stop);
        }

        Output.Note(string.Create(CultureInfo.InvariantCulture, $"{job.Answers} answers, {job.Tokens} tokens, {job.Tokens / clock.Elapsed.TotalSeconds:0.#} tokens per second"));
    }

    private static void Print(PromptToContinue prompt, IReadOnlyList<string> answers)
    {
        Output.Line($"> {prompt.Text ?? prompt.Conversation[^1].Content}");
        foreach (string answer in answers)
        {
            Output.Line(answer);
            Output.Line();
        }
    }

    private static SamplingOptions Sampling(ParseResult parsed)
    {
        Require(parsed.GetValue(Temperature) > 0, Temperature, "above 0 (--greedy takes the likeliest token)");
        Require(parsed.GetValue(TopK) >= 0, TopK, "0 or more");
        Require(parsed.GetValue(TopP) is > 0 and <= 1, TopP, "above 0 and at most 1");
        Require(parsed.GetValue(MinP) is >= 0 and < 1, MinP, "from 0 to below 1");
        Require(parsed.GetValue(Repetition) > 0, Repetition, "above 0");
        return new SamplingOptions
        {
            Greedy = parsed.GetValue(Greedy),
            Temperature = parsed.GetValue(Temperature),
            TopK = parsed.GetValue(TopK),
            TopP = parsed.GetValue(TopP),
            MinP = parsed.GetValue(MinP),
            RepetitionPenalty = parsed.GetValue(Repetition),
            Seed = parsed.GetValue(Seed),
        };
    }

    private static IReadOnlyList<PromptToContinue> Read(ParseResult parsed)
    {
        string[] texts = parsed.GetValue(Prompts) ?? [];
        string? file = parsed.GetValue(PromptsFile);
        bool raw = parsed.GetValue(Raw);
        if (texts.Length > 0 == file is not null)
        {
            throw new UserError("give either --prompt or --prompts");
        }

        IReadOnlyList<PromptToContinue> prompts = file is null ? [.. texts.Select(t => PromptToContinue.Of(t, raw))] : PromptToContinue.ReadFile(file, raw);
        return parsed.GetValue(System) is string system ? [.. prompts.Select(p => p.WithSystem(system))] : prompts;
    }

    private static List<(PromptToContinue, int)> Open(IReadOnlyList<PromptToContinue> prompts, AnswerFile? file)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new List<(PromptToContinue, int)>();
        foreach (PromptToContinue prompt in prompts)
        {
            int before = seen.GetValueOrDefault(prompt.Id);
            seen[prompt.Id] = before + 1;
            if (file?.TakeAnswered(prompt) != true)
            {
                open.Add((prompt, before));
            }
        }

        return open;
    }

    private static int AtLeast(ParseResult parsed, Option<int> option, int least)
    {
        Require(parsed.GetValue(option) >= least, option, FormattableString.Invariant($"{least} or more"));
        return parsed.GetValue(option);
    }

    private static void Require(bool holds, Option option, string allowed)
    {
        if (!holds)
        {
            throw new UserError($"{option.Name}: allowed is {allowed}");
        }
    }
}
