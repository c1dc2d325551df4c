using System.Text.Json.Nodes;

using Alignment.Evaluation;
using Alignment.Goldens;
using Alignment.Models;
using Alignment.Models.Families;

using static TorchSharp.torch;

namespace Alignment.Tests.Evaluation;

public sealed class FamiliesGoldenTests
{
    [Fact]
    [Trait("suite", "golden")]
    public void Families_EveryCase_IsWithinItsLimits()
    {
        Assert.SkipUnless(GoldenData.Has("families"), "the golden folder has no families");
        var suite = new GoldenSuite("families");
        foreach (string folder in Directory.GetDirectories(GoldenData.At("families")).Order(StringComparer.Ordinal))
        {
            JsonNode facts = GoldenData.Json(Path.Combine(folder, "golden.json"));
            (string family, string architecture) = (facts["model_type"]!.GetValue<string>(), facts["architecture"]!.GetValue<string>());
            suite.Case(Path.GetFileName(folder), [("families", family), ("families", architecture)], () =>
            {
                ParityReport report = Parity.Measure(folder, folder);
                foreach (ParityCheck check in report.Checks)
                {
                    GoldenSuite.Near(check.What, check.Difference, 0, check.Limit);
                }

                BothConfigurations_GiveTheSameModel(folder);
                Saving_GivesTheSameFile(folder);
            });
        }

        suite.Finish();
    }

    private static void BothConfigurations_GiveTheSameModel(string folder) =>
        Assert.Equal(
            ModelFamilies.Read(GoldenData.Json(Path.Combine(folder, "config.json")).AsObject()),
            ModelFamilies.Read(GoldenData.Json(Path.Combine(folder, "config.v5.json")).AsObject()));

    private static void Saving_GivesTheSameFile(string folder)
    {
        string copy = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var model = CausalModel.Load(folder, ScalarType.Float32, CPU))
            {
                model.Save(copy, ScalarType.Float32);
            }

            Assert.True(
                File.ReadAllBytes(Path.Combine(folder, "model.safetensors")).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(copy, "model.safetensors"))),
                "the saved model.safetensors differs");
            Assert.True(JsonNode.DeepEquals(GoldenData.Json(Path.Combine(folder, "config.json")), GoldenData.Json(Path.Combine(copy, "config.json"))), "the saved config.json differs");
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }
}
