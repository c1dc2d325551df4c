using System.CommandLine;
using System.Globalization;

using Alignment.Data;
using Alignment.Evaluation;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;
using Alignment.Training;

namespace Alignment.Cli;

/// <summary><c>align eval preference MODEL</c>: how often a model prefers the answers that people preferred, beside honest baselines.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> ModelName = new("MODEL") { Description = "The trained model: a name under models/, a run's id, a Hugging Face folder or a GGUF file." };
    private static readonly Option<string> Reference = new("--reference") { Description = "The model that it was trained from.", Required = true };
    private static readonly Option<string> DataName = new("--data") { Description = "A snapshot's id or folder, or a rows.jsonl with pairs.", Required = true };
    private static readonly Option<string> Split = new("--split") { Description = "Which rows: test, or train. A bare rows.jsonl has train rows only.", DefaultValueFactory = _ => "test" };
    private static readonly Option<string?> Against = new("--against") { Description = "Another model to compare with on the same pairs." };
    private static readonly Option<double> Beta = new("--beta") { Description = "Factor of the rewards, above 0.", DefaultValueFactory = _ => 0.1 };
    private static readonly Option<int> MaxLength = new("--max-length") { Description = "Longest prompt plus answer, in tokens.", DefaultValueFactory = _ => 512 };
    private static readonly Option<string> Convention = new("--convention") { Description = "Tokenisation and truncation.", DefaultValueFactory = _ => ConventionNames.Trl116 };
    private static readonly Option<int> MicroBatch = new("--micro-batch") { Description = "Pairs of one forward pass.", DefaultValueFactory = _ => 4 };
    private static readonly Option<string> DataDir = DataFolder.Option();
    private static readonly Option<bool> Json = Output.JsonOption();
    private static readonly ComputeOptions Compute = new();

    public static Command Create()
    {
        var preference = new Command(
            "preference",
            "Reward accuracy on held-out pairs with its 95 % interval, and what simple rules reach on the same pairs.\n\n"
            + "Examples:\n  align eval preference my-run --reference smollm2 --data hh-9f31\n"
            + "  align eval preference my-run --reference smollm2 --data hh-9f31 --against other-run --json")
        {
            ModelName, Reference, DataName, Split, Against, Beta, MaxLength, Convention, MicroBatch, DataDir, Json,
        };
        Split.AcceptOnlyFromAmong("test", "train");
        Compute.AddTo(preference);
        preference.SetAction((parsed, stop) =>
        {
            Run(parsed, stop);
            return Task.FromResult(ExitCodes.Done);
        });
        return new Command("eval", "Measures a model.") { preference };
    }

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        double beta = parsed.GetValue(Beta) is > 0 and double value ? value : throw new UserError("--beta: allowed is above 0");
        int microBatch = parsed.GetValue(MicroBatch) is >= 1 and int size ? size : throw new UserError("--micro-batch: allowed is 1 or more");
        int maxLength = parsed.GetValue(MaxLength) is >= 2 and int length ? length : throw new UserError("--max-length: allowed is 2 or more");
        var folder = new Shared.DataFolder(parsed.GetRequiredValue(DataDir));
        TrainingData data = TrainingData.Open(TrainingData.Resolve(parsed.GetRequiredValue(DataName), ".", folder));
        SnapshotSplit split = parsed.GetValue(Split) == "train" ? SnapshotSplit.Train : SnapshotSplit.Test;
        var task = new PreferenceTask(data, split, new EncodingRules(parsed.GetRequiredValue(Convention), maxLength), microBatch, new ReferenceCache(folder.Cache));
        string path = Resolve(ModelName, parsed, folder), referencePath = Resolve(Reference, parsed, folder);
        string? otherPath = parsed.GetValue(Against) is string name ? ModelSource.Resolve(name, ".", folder) : null;

        ScoredPairs reference = Score("reference", task, referencePath, _ => { }, parsed, stop);
        ScoredPairs policy = Score("model", task, path, pairs => RequireSame(pairs, path, reference.Pairs, referencePath), parsed, stop);
        ScoredPairs? other = otherPath is null ? null : Score("other model", task, otherPath, _ => { }, parsed, stop);
        if (other is not null)
        {
            (reference, policy, other) = (reference.KeptBy(other.Pairs), policy.KeptBy(other.Pairs), other.KeptBy(policy.Pairs));
        }

        PreferenceReport report = PreferenceReport.Of(policy.Pairs, policy.Scores, reference.Scores, beta);
        if (other is not null)
        {
            (double[] own, double[] others) = (policy.Scores.Margins(reference.Scores, beta), other.Scores.Margins(reference.Scores, beta));
            report = report with { Against = PreferenceReport.Compare(own, others, otherPath!) };
        }

        if (parsed.GetValue(Json))
        {
            Output.Json(report);
        }
        else
        {
            Print(report);
        }

        EvaluationFile.Append(path, folder, "preference", data, split, report); // last: the report is not lost where this fails
    }

    private static string Resolve(Symbol name, ParseResult parsed, Shared.DataFolder folder) =>
        ModelSource.Resolve(name is Argument<string> argument ? parsed.GetRequiredValue(argument) : parsed.GetRequiredValue((Option<string>)name), ".", folder);

    private static ScoredPairs Score(string what, PreferenceTask task, string path, Action<EvaluationPairs> check, ParseResult parsed, CancellationToken stop)
    {
        using LoadedModel model = Compute.Load(parsed, path);
        EvaluationPairs pairs = task.Read(model);
        check(pairs);
        PreferenceScores? scores = null;
        ProgressLine.Run($"{what}, pairs", pairs.Encoded.Count, report => scores = task.Score(model, pairs, report, stop));
        return new(pairs, scores!);
    }

    private static void RequireSame(EvaluationPairs pairs, string path, EvaluationPairs reference, string referencePath)
    {
        if (pairs.FirstDifference(reference) is string row)
        {
            throw new UserError(
                $"MODEL {path} and --reference {referencePath} make other tokens of row {row}, so that a reward would compare different things: "
                + "give the model that MODEL was trained from, with the same tokenizer and chat template");
        }
    }

    private static void Print(PreferenceReport report)
    {
        List<string[]> rows = [Row("reward accuracy", report.RewardAccuracy), Row("  third closest in length", report.ClosestInLength)];
        rows.AddRange(report.Baselines.Select(baseline => Row(baseline.Key, baseline.Value)));
        if (report.Against is PairedDifference against)
        {
            rows.Add(Row($"against {against.Other}", against.OtherAccuracy));
        }

        Output.Table(["held-out pairs", "accuracy", "95 % interval", "pairs", "ties"], rows);
        string logps = string.Join(", ", report.MeanLogps.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value:0.##}")));
        Output.Line(string.Create(CultureInfo.InvariantCulture, $"mean margin {report.MeanMargin:0.####}; mean log-probabilities: {logps}"));
        if (report.Against is PairedDifference difference)
        {
            Output.Line(string.Create(CultureInfo.InvariantCulture, $"difference {difference.Difference:+0.000;-0.000} [{difference.Low:+0.000;-0.000}, {difference.High:+0.000;-0.000}], paired bootstrap"));
        }

        if (report.Dropped > 0)
        {
            Output.Warning(string.Create(CultureInfo.InvariantCulture, $"{report.Dropped} pairs were left out: their prompt alone fills --max-length, for one of the models at least"));
        }
    }

    private static string[] Row(string name, Accuracy accuracy) =>
    [
        name,
        accuracy.Value.ToString("0.000", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"{accuracy.Low:0.000} to {accuracy.High:0.000}"),
        accuracy.Pairs.ToString(CultureInfo.InvariantCulture),
        accuracy.Ties.ToString(CultureInfo.InvariantCulture),
    ];
}
