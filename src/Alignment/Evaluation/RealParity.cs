using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Evaluation;

/// <summary>Differences of a real model from the reference values of prompts.safetensors and pairs.safetensors (transformers, fp32).</summary>
internal static class RealParity
{
    public static ParityReport Measure(string modelPath, string folder, JsonObject limits)
    {
        using var model = CausalModel.Load(modelPath, ScalarType.Float32, CPU);
        var checks = new List<ParityCheck>();
        using (var golden = SafetensorsFile.Open(Path.Combine(folder, "prompts.safetensors")))
        {
            foreach ((string name, _) in JsonFile.ReadObject(Path.Combine(folder, "prompts.json")))
            {
                Prompt(name, model, golden, limits, checks);
            }
        }

        Pairs(model, folder, limits, checks);
        return new ParityReport(checks);
    }

    private static void Prompt(string name, CausalModel model, SafetensorsFile golden, JsonObject limits, List<ParityCheck> checks)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Tensor ids = golden.Read($"{name}.ids"); // [T]
        using TokenLayout layout = TokenLayout.Plain(1, (int)ids.shape[0], model.Device);
        Tensor logits = model.Head.Logits(model.Decoder.Forward(ids.unsqueeze(0), layout))[0]; // [T, V]
        Tensor expected = golden.Read($"{name}.top_values"); // [T, 20]
        (Tensor top, _) = logits.topk((int)expected.shape[1], -1);
        checks.Add(new ParityCheck($"{name}: largest logits", Parity.MaxAbs(top, expected), Limit(limits, "top_values_abs")));
        checks.Add(new ParityCheck($"{name}: logits of the reference's largest", Parity.MaxAbs(logits.gather(-1, golden.Read($"{name}.top_ids")), expected), Limit(limits, "top_values_abs")));
        checks.Add(new ParityCheck($"{name}: logsumexp", Parity.MaxAbs(logits.logsumexp(-1), golden.Read($"{name}.logsumexp")), Limit(limits, "logsumexp_abs")));
        long[] greedy = golden.Read($"{name}.greedy").data<long>().ToArray();
        int[] prompt = [.. ids.data<long>().Select(id => (int)id)];
        checks.Add(new ParityCheck($"{name}: greedy tokens", Parity.GreedyDifferences(model, [prompt], [greedy]), 0));
    }

    // A pair is one row: both answers share the prompt.
    private static void Pairs(CausalModel model, string folder, JsonObject limits, List<ParityCheck> checks)
    {
        using var golden = SafetensorsFile.Open(Path.Combine(folder, "pairs.safetensors"));
        (double tokens, double sums) = (0, 0);
        int line = 0;
        foreach (string text in File.ReadLines(Path.Combine(folder, "pairs.jsonl")))
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            JsonObject pair = JsonNode.Parse(text)!.AsObject();
            (long[] prompt, long[] chosen, long[] rejected) = (Ids(pair, "prompt_ids"), Ids(pair, "chosen_ids"), Ids(pair, "rejected_ids"));
            long[] row = [.. prompt, .. chosen, .. rejected];
            using TokenLayout layout = TokenLayout.SharedPrompt([(prompt.Length, chosen.Length, rejected.Length)], row.Length, model.Device);
            Tensor hidden = model.Decoder.Forward(tensor(row, [1, row.Length], device: model.Device), layout)[0]; // [T, D]
            foreach ((string side, long[] answer, int start) in new[] { ("chosen", chosen, prompt.Length), ("rejected", rejected, prompt.Length + chosen.Length) })
            {
                Tensor before = cat([hidden.narrow(0, prompt.Length - 1, 1), hidden.narrow(0, start, answer.Length - 1)], 0); // [A, D]
                Tensor wanted = tensor(answer, [answer.Length, 1], device: model.Device);
                Tensor logps = model.Head.Logits(before).log_softmax(-1).gather(-1, wanted).squeeze(-1); // [A]
                Tensor expected = golden.Read($"{line}.{side}.logps");
                tokens = Math.Max(tokens, Parity.MaxAbs(logps, expected));
                sums = Math.Max(sums, Math.Abs(logps.to(ScalarType.Float64).sum(new long[] { 0 }).item<double>() - pair[$"{side}_logps"]!.GetValue<double>()));
            }

            line++;
        }

        checks.Add(new ParityCheck("pairs: token logps", tokens, Limit(limits, "token_logps_abs")));
        checks.Add(new ParityCheck("pairs: sum logps", sums, Limit(limits, "sum_logps_abs")));
    }

    private static long[] Ids(JsonObject pair, string key) => [.. pair[key]!.AsArray().Select(id => id!.GetValue<long>())];

    private static double Limit(JsonObject limits, string name) => limits[name]!.GetValue<double>();
}
