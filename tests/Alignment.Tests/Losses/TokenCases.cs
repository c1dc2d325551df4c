using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Losses;
using Alignment.Models;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Losses;

/// <summary>The token files of the suite: hidden states and a head through <see cref="CompletionLogps"/> to loss and gradients.</summary>
internal static class TokenCases
{
    private static readonly (string Trainer, string Name)[] Trainers =
        [("KTOTrainer", "kto"), ("RewardTrainer", "rm"), ("CPOTrainer", "cpo"), ("ORPOTrainer", "orpo")];

    public static void Run(GoldenSuite suite, string file, JsonNode json)
    {
        foreach (string dtype in new[] { "f64", "f32" })
        {
            foreach ((string key, JsonNode? item) in json[dtype]!.AsObject())
            {
                suite.Case($"{file}.{dtype}/{key}", NamesOf(key, item!), () =>
                {
                    using var scope = NewDisposeScope();
                    using var test = new TokenCase(suite, file, dtype, key, item!);
                    if (item!["params"]!["loss_types"] is null)
                    {
                        test.CompareSft();
                    }
                    else
                    {
                        test.ComparePairs();
                    }
                });
            }
        }
    }

    private static IEnumerable<(string, string)> NamesOf(string key, JsonNode item)
    {
        string source = item["source"]!.GetValue<string>();
        foreach ((string trainer, string name) in Trainers.Where(entry => source.Contains(entry.Trainer, StringComparison.Ordinal)))
        {
            yield return ("trainers", name);
        }

        JsonObject parameters = item["params"]!.AsObject();
        if (parameters["loss_types"] is JsonArray types)
        {
            foreach (JsonNode? type in types)
            {
                yield return ("losses", type!.GetValue<string>());
            }
        }
        else
        {
            yield return ("losses", key);
        }

        foreach (string option in new[] { "f_divergence", "use_weighting", "ld_alpha", "rpo_alpha" }.Where(parameters.ContainsKey))
        {
            yield return ("options", "losses/" + option);
        }
    }

    private sealed class TokenCase : IDisposable
    {
        private readonly SafetensorsFile _inputs;
        private readonly SafetensorsFile _expected;
        private readonly string _key;
        private readonly JsonNode _item;
        private readonly double _limit;
        private readonly bool _trl1;

        public TokenCase(GoldenSuite suite, string file, string dtype, string key, JsonNode item)
        {
            _inputs = SafetensorsFile.Open(GoldenData.At("losses", $"tokens.inputs.{dtype}.safetensors"));
            _expected = SafetensorsFile.Open(GoldenData.At("losses", $"{file}.{dtype}.safetensors"));
            _key = key;
            _item = item;
            _limit = suite.Limit(dtype == "f64" ? "tokens_float64_rel_max" : "tokens_float32_rel_max");
            _trl1 = file.EndsWith("trl1", StringComparison.Ordinal);
        }

        public void ComparePairs()
        {
            using CompletionTokens tokens = Tokens("completion_mask");
            using var reference = new CompletionLogps(Head("ref_head"), _ => null);
            Tensor referenceSums = tokens.Sum(reference.Logps(_inputs.Read("ref_hidden"), tokens)); // [2P]
            Compare("logits", head: null, tokens, referenceSums);
            Compare("hidden", Head("head"), tokens, referenceSums);
        }

        public void CompareSft()
        {
            using CompletionTokens tokens = Tokens(_key == "sft_full_sequence" ? "attention_mask" : "completion_mask");
            double items = _item["params"]!["num_items_in_batch"]?.GetValue<double>() ?? tokens.Count;
            foreach ((string input, Head head) in new[] { ("hidden", Head("head")), ("logits", Identity()) })
            {
                Tensor hidden = _inputs.Read(input);
                Tensor weightGradient = zeros_like(head.Weight.Value);
                using var path = new CompletionLogps(head, weight => weight == head.Weight ? weightGradient.alias() : null, chunkElements: 512);
                Tensor gradient = full(tokens.Count, -1 / items, dtype: hidden.dtype, device: hidden.device);
                (Tensor logps, Tensor hiddenGradient) = path.ForwardBackward(hidden, tokens, gradient);
                Near("loss", (logps.to(ScalarType.Float64).sum(new long[] { 0 }) / -items).unsqueeze(0));
                Near($"grad_{input}", hiddenGradient);
                if (input == "hidden")
                {
                    Near("grad_head", weightGradient);
                }
            }
        }

        public void Dispose()
        {
            _inputs.Dispose();
            _expected.Dispose();
        }

        /// <summary>With the logits as hidden states and the identity as head, the hidden gradient is that of the logits.</summary>
        private void Compare(string input, Head? head, CompletionTokens tokens, Tensor referenceSums)
        {
            Head used = head ?? Identity();
            Tensor hidden = _inputs.Read(input);
            Tensor weightGradient = zeros_like(used.Weight.Value);
            using var path = new CompletionLogps(used, weight => weight == used.Weight ? weightGradient.alias() : null, chunkElements: 512);
            CompletionPass pass = path.Forward(hidden, tokens);
            Tensor sums = pass.CompletionSums(); // [2P]
            PairLossResult result = Loss(tokens, sums, referenceSums);
            long pairs = sums.shape[0] / 2;
            Tensor perCompletion = cat([result.GradChosen, result.GradRejected]) / pairs; // [2P]
            Tensor hiddenGradient = pass.Backward(tokens.Spread(perCompletion));

            Near("loss", result.PerPair.mean().unsqueeze(0));
            Tensor shown = _trl1 || !IsIpo ? ones_like(sums) : Lengths(tokens).reciprocal(); // 0.24 averages IPO's log-probabilities first
            Near("logps", sums * shown);
            Near("ref_logps", referenceSums * shown);
            Near($"grad_{input}", hiddenGradient);
            if (head is not null)
            {
                Near("grad_head", weightGradient);
            }

            if (_trl1)
            {
                Metric("rewards/chosen", result.ChosenRewards.mean());
                Metric("rewards/rejected", result.RejectedRewards.mean());
                Metric("rewards/margins", (result.ChosenRewards - result.RejectedRewards).mean());
                Metric("rewards/accuracies", result.ChosenRewards.gt(result.RejectedRewards).to(ScalarType.Float64).mean());
                Metric("logps/chosen", sums.narrow(0, 0, pairs).mean());
                Metric("logps/rejected", sums.narrow(0, pairs, pairs).mean());
            }
        }

        private bool IsIpo => _item["params"]!["loss_types"]!.AsArray().Any(type => type!.GetValue<string>() == "ipo");

        private PairLossResult Loss(CompletionTokens tokens, Tensor sums, Tensor referenceSums)
        {
            JsonNode parameters = _item["params"]!;
            long pairs = sums.shape[0] / 2;
            Tensor Chosen(Tensor values) => values.narrow(0, 0, pairs);
            Tensor Rejected(Tensor values) => values.narrow(0, pairs, pairs);
            Tensor lengths = Lengths(tokens);
            var logps = new PairLogps(Chosen(sums), Rejected(sums), Chosen(referenceSums), Rejected(referenceSums), Chosen(lengths), Rejected(lengths));
            string[] types = [.. parameters["loss_types"]!.AsArray().Select(type => type!.GetValue<string>())];
            double[] weights = parameters["loss_weights"] is JsonArray given ? [.. given.Select(GoldenData.Number)] : [.. types.Select(_ => 1.0)];
            return PairLosses.Sum(
                [.. types.Zip(weights, (type, weight) => (PairLossesTests.Find(type), weight))], logps, new PairLossOptions(parameters["beta"]!.GetValue<double>()));
        }

        private static Tensor Lengths(CompletionTokens tokens) => TensorValues.Vector(tokens.Lengths.Select(length => (double)length));

        private CompletionTokens Tokens(string mask)
        {
            int[][] Rows(string name)
            {
                Tensor values = _inputs.Read(name);
                long width = values.shape[1];
                return [.. values.Doubles().Select(value => (int)value).Chunk((int)width)];
            }

            return CompletionTokens.FromRows(Rows("input_ids"), [.. Rows(mask).Select(row => row.Select(value => value != 0).ToArray())], CPU);
        }

        private Head Head(string name) => new(new Weight(name, _inputs.Read(name).clone()), null, tied: false);

        private Head Identity()
        {
            Tensor logits = _inputs.Read("logits");
            return new(new Weight("identity", eye(logits.shape[^1], dtype: logits.dtype, device: CPU)), null, tied: false);
        }

        private void Near(string what, Tensor actual)
        {
            if (!_expected.Has($"{_key}.{what}"))
            {
                return;
            }

            double difference = TensorValues.RelativeToLargest(actual.to(ScalarType.Float64), _expected.Read($"{_key}.{what}").to(ScalarType.Float64));
            if (!(difference <= _limit))
            {
                throw new GoldenDifference($"{what}: {difference:G3} of the largest entry > {_limit:G3}");
            }
        }

        private void Metric(string name, Tensor actual) =>
            GoldenSuite.Near(name, actual.Double(), GoldenData.Number(_item["metrics"]![name]), 1e-7, _limit);
    }
}
