using System.Globalization;
using System.Text.Json.Nodes;

using Alignment.Generation;
using Alignment.Goldens;

namespace Alignment.Tests.Generation;

public sealed class LogitsGoldenTests
{
    private const string Built = "logits_processors";

    [Fact]
    [Trait("suite", "golden")]
    public void Rl_EveryCase_KeepsTheSameTokens()
    {
        Assert.SkipUnless(GoldenData.Has("rl"), "the golden folder has no rl");
        var suite = new GoldenSuite("rl");
        foreach (string path in Directory.GetFiles(GoldenData.At("rl"), "*.json").Order(StringComparer.Ordinal))
        {
            JsonObject file = GoldenData.Json(path).AsObject();
            string name = Path.GetFileNameWithoutExtension(path);
            foreach (JsonNode? node in file["cases"]?.AsArray() ?? [file])
            {
                suite.Case($"{name}/{node!["id"]}", [("options", $"rl/{name}")], () =>
                {
                    Assert.Equal(Built, name);
                    Case(file, node.AsObject(), suite.Limit("float32_rel"));
                });
            }
        }

        suite.Finish();
    }

    // The parameters stand in the id only, such as "top_k=12>top_p=0.85".
    private static void Case(JsonObject file, JsonObject golden, double relative)
    {
        for (int r = 0; r < file["logits"]!.AsArray().Count; r++)
        {
            var row = new Candidates([.. file["logits"]![r]!.AsArray().Select(v => (float)GoldenData.Number(v))]);
            int[] text = [.. file["input_ids"]![r]!.AsArray().Select(id => id!.GetValue<int>())];
            foreach (string step in golden["id"]!.GetValue<string>().Split('>'))
            {
                Apply(row, text, step);
            }

            Assert.Equal(golden["kept"]![r]!.AsArray().Select(id => id!.GetValue<int>()), row.Ids[..row.Count]);
            GoldenSuite.Near("logits", [.. row.Logits[..row.Count].Select(v => (double)v)], [.. golden["logits"]![r]!.AsArray().Select(GoldenData.Number)], 1e-7, relative);
            GoldenSuite.Near("probabilities", [.. row.Probabilities().ToArray().Select(p => (double)p)], [.. golden["probabilities"]![r]!.AsArray().Select(GoldenData.Number)], 1e-7, relative);
        }
    }

    private static void Apply(Candidates row, int[] text, string step)
    {
        (string name, string value) = (step[..step.IndexOf('=')], step[(step.IndexOf('=') + 1)..]);
        if (name == "bad_words")
        {
            LogitsProcessors.BadWords(row, text, [.. JsonNode.Parse(value)!.AsArray().Select(w => w!.AsArray().Select(id => id!.GetValue<int>()).ToArray())]);
            return;
        }

        string[] parts = value.Split(',');
        double number = double.Parse(parts[0], CultureInfo.InvariantCulture);
        Dictionary<string, int> more = parts.Skip(1).Select(p => p.Split('=')).ToDictionary(p => p[0], p => int.Parse(p[1], CultureInfo.InvariantCulture));
        Action apply = name switch
        {
            "temperature" => () => LogitsProcessors.Temperature(row, number),
            "top_k" => () => LogitsProcessors.TopK(row, (int)number),
            "top_p" => () => LogitsProcessors.TopP(row, number, more.GetValueOrDefault("min_tokens_to_keep", 1)),
            "min_p" => () => LogitsProcessors.MinP(row, number),
            "typical_p" => () => LogitsProcessors.Typical(row, number),
            "epsilon_cutoff" => () => LogitsProcessors.Epsilon(row, number),
            "eta_cutoff" => () => LogitsProcessors.Eta(row, number),
            "repetition_penalty" => () => LogitsProcessors.RepetitionPenalty(row, text, number),
            "no_repeat_ngram_size" => () => LogitsProcessors.NoRepeatRun(row, text, (int)number),
            "min_new_tokens" => () => LogitsProcessors.Forbid(row, text.Length - more["prompt"] < number ? new HashSet<int> { more["eos"] } : []),
            _ => throw new InvalidDataException($"no such processor: {name}"),
        };
        apply();
    }
}
