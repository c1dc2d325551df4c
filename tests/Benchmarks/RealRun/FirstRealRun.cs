using System.Globalization;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Benchmarks.RealRun;

/// <summary>
/// Real preference pairs in, DPO with LoRA on SmolLM2-135M, held-out accuracy beside honest baselines; the same with labels by
/// chance; and the recipe and rows on which TRL's figures are known. Every part goes through the two command lines; parts that
/// are done are not done again, so that it can be stopped.
/// </summary>
/// <param name="shared">folder with models/, data/ and goldens/outcomes/</param>
/// <param name="repository">the repository's root folder</param>
/// <param name="data">the data folder of these runs</param>
internal sealed class FirstRealRun(string shared, string repository, string data)
{
    private static readonly int[] Questions = [81, 101, 144];

    private readonly CommandLines _run = new(repository, data);
    private readonly string _model = Path.Combine(shared, "models", "SmolLM2-135M-Instruct.Q4_1.gguf");
    private readonly string _pairs = Path.Combine(shared, "data", "hh-harmless", "pairs.jsonl.gz");

    /// <summary>All parts.</summary>
    public JsonObject Run()
    {
        Directory.CreateDirectory(data);
        string[] lines = RealRows.Read(_pairs);
        JsonNode import = Import("hh", lines, "--human");
        JsonNode freeze = Freeze("hh", "0.25");
        Import("hh-by-chance", RealRows.ByChance(lines, seed: 1));
        Freeze("hh-by-chance", "0.25");
        JsonObject rows = JsonNode.Parse(File.ReadAllText(Path.Combine(shared, "goldens", "outcomes", "rows.json")))!.AsObject();
        string[] Chosen(string split) => [.. rows[split]!.AsArray().Select(line => lines[line!.GetValue<int>()])];
        Import("outcomes-train", Chosen("train"));
        Freeze("outcomes-train", "0");
        Import("outcomes-test", Chosen("test"));
        Freeze("outcomes-test", "0");

        JsonNode trained = Train("hh", "hh", "hh", "test");
        JsonNode byChance = Train("hh-by-chance", "hh-by-chance", "hh", "test");
        JsonNode outcomes = Train("outcomes", "outcomes-train", "outcomes-test", "train");
        JsonObject trl = JsonNode.Parse(File.ReadAllText(Path.Combine(shared, "goldens", "outcomes", "dpo.json")))!.AsObject();
        return new JsonObject
        {
            ["cores"] = Environment.ProcessorCount,
            ["import"] = import,
            ["freeze"] = freeze,
            ["hh"] = trained,
            ["hh_by_chance"] = byChance,
            ["outcomes"] = outcomes,
            ["trl"] = new JsonObject
            {
                ["version"] = trl["trl"]!.DeepClone(),
                ["accuracy"] = trl["eval"]!["eval_rewards/accuracies"]!.DeepClone(),
                ["interval"] = trl["wilson95"]!.DeepClone(),
                ["loss"] = trl["eval"]!["eval_loss"]!.DeepClone(),
                ["margin"] = trl["eval"]!["eval_rewards/margins"]!.DeepClone(),
                ["train_seconds"] = trl["train_seconds"]!.DeepClone(),
            },
            ["answers"] = Answers(),
        };
    }

    private JsonNode Import(string project, IEnumerable<string> lines, params string[] options) => Once("import-" + project, () =>
    {
        string file = Path.Combine(data, project + ".jsonl");
        File.WriteAllLines(file, lines);
        return _run.Pipeline(["import", file, "--project", project, .. options]);
    });

    private JsonNode Freeze(string project, string testShare) => Once("freeze-" + project, () =>
    {
        JsonObject frozen = _run.Pipeline("freeze", "--project", project, "--kind", "preference", "--test-share", testShare, "--id", project).AsObject();
        frozen.Remove("folder");
        return frozen;
    });

    private JsonNode Train(string name, string dataset, string heldOut, string split) => Once("train-" + name, () =>
    {
        string run = Path.Combine(data, "runs", name), yaml = Path.Combine(data, name + ".yaml");
        File.WriteAllText(yaml, File.ReadAllText(Path.Combine(repository, "data", "recipes", "smollm2-dpo-lora.yaml"))
            .Replace("model: smollm2", "model: " + _model, StringComparison.Ordinal)
            .Replace("data: hh", "data: " + dataset, StringComparison.Ordinal));
        double seconds = _run.Align(["train", yaml, "--out", run, .. File.Exists(Path.Combine(run, "resolved.yaml")) ? ["--resume"] : Array.Empty<string>()]);
        JsonObject[] metrics = [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject()).Where(line => line.ContainsKey("loss"))];
        double tokens = metrics[^1]["num_tokens"]!.GetValue<double>();
        return new JsonObject
        {
            ["steps"] = metrics.Length,
            ["attempts"] = metrics[^1]["attempt"]!.DeepClone(),
            ["seconds"] = seconds,
            ["tokens"] = tokens,
            ["tokens_per_second"] = tokens / seconds,
            ["peak_memory_bytes"] = metrics.Max(line => line["memory_bytes"]!.GetValue<double>()),
            ["last_loss"] = metrics[^1]["loss"]!.DeepClone(),
            ["evaluation"] = _run.AlignJson("eval", "preference", run, "--reference", _model, "--data", heldOut, "--split", split),
        };
    });

    // A part's figures lie in the data folder when it is done: a second start does not do it again.
    private JsonNode Once(string part, Func<JsonNode> run)
    {
        string done = Path.Combine(data, part + ".json");
        if (!File.Exists(done))
        {
            AtomicFile.Write(done, run().ToJsonString());
        }

        return JsonNode.Parse(File.ReadAllText(done))!;
    }

    private JsonArray Answers()
    {
        var answers = new JsonArray();
        foreach (JsonObject question in File.ReadLines(Path.Combine(shared, "data", "mt-bench", "question.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject()))
        {
            if (Questions.Contains(question["question_id"]!.GetValue<int>()))
            {
                string text = question["turns"]![0]!.GetValue<string>();
                answers.Add(new JsonObject { ["question"] = text, ["before"] = Answer(_model, text, "before"), ["after"] = Answer(Path.Combine(data, "runs", "hh"), text, "after") });
            }
        }

        return answers;
    }

    private JsonNode Answer(string model, string question, string name) => Once(string.Create(CultureInfo.InvariantCulture, $"answer-{name}-{question.Length}"), () =>
    {
        string prompts = Path.Combine(data, "question.jsonl"), file = Path.Combine(data, string.Create(CultureInfo.InvariantCulture, $"{name}-{question.Length}.jsonl"));
        File.WriteAllText(prompts, new JsonObject { ["prompt"] = question }.ToJsonString() + "\n");
        _run.Align("generate", model, "--prompts", prompts, "--greedy", "--max-tokens", "200", "--out", file);
        JsonObject row = JsonNode.Parse(File.ReadLines(file).First())!.AsObject();
        return row["completions"]![0]!.DeepClone();
    });
}
