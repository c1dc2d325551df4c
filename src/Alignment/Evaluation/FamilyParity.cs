using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Models;
using Alignment.Models.Functions;

using static TorchSharp.torch;

namespace Alignment.Evaluation;

/// <summary>Differences of a tiny model from the tensors of its golden.safetensors (transformers, eager, fp32).</summary>
internal static class FamilyParity
{
    /// <summary>What the checks of gradients begin with.</summary>
    public const string GradientOf = "gradient of ";

    public static ParityReport Measure(string modelPath, string folder, JsonObject limits)
    {
        using var golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        using var model = CausalModel.Load(modelPath, ScalarType.Float32, CPU);
        var checks = new List<ParityCheck>();
        Batch(model, golden, limits, checks);
        Alone(model, golden, limits, checks);
        Packed(model, golden, limits, checks);
        int[][] prompts = Prompts(golden);
        checks.Add(new ParityCheck("greedy tokens", Parity.GreedyDifferences(model, prompts, Rows(golden, "greedy")), 0));
        if (golden.Has("logits_bf16"))
        {
            JsonObject recorded = JsonFile.ReadObject(Path.Combine(folder, "golden.json"))["tolerances"]!.AsObject();
            double limit = Limit(limits, "bf16_times_recorded_difference") * recorded["bf16_vs_fp32_max_abs_logit_diff"]!.GetValue<double>();
            checks.Add(Bf16(modelPath, golden, limit));
        }

        return new ParityReport(checks);
    }

    // The padded batch: forward, loss over the labelled tokens, every gradient.
    private static void Batch(CausalModel model, SafetensorsFile golden, JsonObject limits, List<ParityCheck> checks)
    {
        using var scope = NewDisposeScope();
        foreach (Weight weight in model.Weights)
        {
            weight.Value.requires_grad_(true);
        }

        bool[,] mask = Mask(golden);
        using TokenLayout layout = TokenLayout.FromMask(mask, model.Device);
        Tensor hidden = model.Decoder.Forward(golden.Read("input_ids"), layout); // [B, T, D]
        Tensor logits = model.Head.Logits(hidden); // [B, T, V]
        Tensor padding = layout.Valid().logical_not().unsqueeze(-1); // [B, T, 1]
        checks.Add(Abs("logits", logits.masked_fill(padding, 0), "logits", golden, limits));
        checks.Add(Abs("hidden", hidden.masked_fill(padding, 0), "last_hidden_state", golden, limits));

        Tensor labels = golden.Read("labels"); // [B, T]
        Tensor wanted = labels.narrow(1, 1, labels.shape[1] - 1).unsqueeze(-1); // [B, T-1, 1]
        Tensor ignored = wanted.lt(0);
        Tensor logps = logits.narrow(1, 0, labels.shape[1] - 1).log_softmax(-1).gather(-1, wanted.masked_fill(ignored, 0)).masked_fill(ignored, 0).squeeze(-1); // [B, T-1]
        Tensor sums = logps.sum(new long[] { 1 }); // [B]
        Tensor loss = sums.sum(new long[] { 0 }).neg() / ignored.logical_not().sum(new long[] { 0, 1, 2 }); // []
        Tensor expectedLogps = golden.Read("token_logps");
        checks.Add(new ParityCheck("token logps", Parity.MaxAbs(logps, expectedLogps.narrow(1, 1, labels.shape[1] - 1)), Limit(limits, "token_logps_abs")));
        checks.Add(Abs("sum logps", sums, "sum_logps", golden, limits));
        checks.Add(Abs("loss", loss, "loss", golden, limits));
        loss.backward();
        BackwardFault.ThrowIfAny();
        foreach (Weight weight in model.Weights)
        {
            Tensor gradient = weight.Value.grad ?? zeros_like(weight.Value);
            checks.Add(new ParityCheck(GradientOf + weight.Name, Parity.RelativeL2(gradient, golden.Read($"grad.{weight.Name}")), Limit(limits, "gradient_rel_l2")));
            weight.Value.grad?.Dispose();
            weight.Value.grad = null;
            weight.Value.requires_grad_(false);
        }
    }

    // Every row alone: where the batch's largest position changes the others (dynamic scaling), reference values exist.
    private static void Alone(CausalModel model, SafetensorsFile golden, JsonObject limits, List<ParityCheck> checks)
    {
        if (!golden.Has("logits_alone"))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Tensor expected = golden.Read("logits_alone"); // [B, T, V]
        bool[,] mask = Mask(golden);
        int[][] prompts = Prompts(golden);
        double largest = 0;
        for (int row = 0; row < prompts.Length; row++)
        {
            int start = Enumerable.Range(0, mask.GetLength(1)).First(c => mask[row, c]);
            using TokenLayout layout = TokenLayout.Plain(1, prompts[row].Length, model.Device);
            Tensor ids = tensor(prompts[row].Select(id => (long)id).ToArray(), [1, prompts[row].Length], device: model.Device);
            Tensor logits = model.Head.Logits(model.Decoder.Forward(ids, layout))[0]; // [T', V]
            largest = Worst(largest, Parity.MaxAbs(logits, expected[row].narrow(0, start, prompts[row].Length)));
        }

        checks.Add(new ParityCheck("logits of rows alone", largest, Limit(limits, "logits_abs")));
    }

    private static void Packed(CausalModel model, SafetensorsFile golden, JsonObject limits, List<ParityCheck> checks)
    {
        if (!golden.Has("packed.logits"))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Tensor ids = golden.Read("packed.input_ids"); // [1, T]
        int[] ends = [.. golden.Read("packed.cu_seqlens").to(ScalarType.Int64).data<long>().Select(end => (int)end)];
        using TokenLayout layout = TokenLayout.Packed(ends, (int)ids.shape[1], model.Device);
        checks.Add(new ParityCheck("positions of the packed row", Parity.MaxAbs(layout.Positions, golden.Read("packed.position_ids")), 0));
        checks.Add(new ParityCheck("logits of the packed row", Parity.MaxAbs(model.Head.Logits(model.Decoder.Forward(ids, layout)), golden.Read("packed.logits")), Limit(limits, "logits_abs")));
    }

    private static ParityCheck Bf16(string modelPath, SafetensorsFile golden, double limit)
    {
        using var model = CausalModel.Load(modelPath, ScalarType.BFloat16, CPU);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using TokenLayout layout = TokenLayout.FromMask(Mask(golden), model.Device);
        Tensor logits = model.Head.Logits(model.Decoder.Forward(golden.Read("input_ids"), layout));
        return new ParityCheck("logits in bf16", Parity.MaxAbs(logits.masked_fill(layout.Valid().logical_not().unsqueeze(-1), 0), golden.Read("logits_bf16")), limit);
    }

    private static double Worst(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);

    private static ParityCheck Abs(string what, Tensor actual, string name, SafetensorsFile golden, JsonObject limits) =>
        new(what, Parity.MaxAbs(actual, golden.Read(name)), Limit(limits, $"{what.Replace(' ', '_')}_abs"));

    private static double Limit(JsonObject limits, string name) => limits[name]!.GetValue<double>();

    private static bool[,] Mask(SafetensorsFile golden)
    {
        long[][] rows = Rows(golden, "attention_mask");
        bool[,] mask = new bool[rows.Length, rows[0].Length];
        for (int r = 0; r < rows.Length; r++)
        {
            for (int c = 0; c < rows[r].Length; c++)
            {
                mask[r, c] = rows[r][c] != 0;
            }
        }

        return mask;
    }

    // The rows of the batch without their padding.
    private static int[][] Prompts(SafetensorsFile golden)
    {
        long[][] ids = Rows(golden, "input_ids");
        bool[,] mask = Mask(golden);
        return [.. ids.Select((row, r) => row.Where((_, c) => mask[r, c]).Select(id => (int)id).ToArray())];
    }

    private static long[][] Rows(SafetensorsFile golden, string name)
    {
        using var scope = NewDisposeScope();
        Tensor values = golden.Read(name); // [B, T]
        return [.. values.data<long>().ToArray().Chunk((int)values.shape[1])];
    }
}
