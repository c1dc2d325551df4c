using Alignment.Evaluation;
using Alignment.Goldens;

namespace Alignment.Tests.Evaluation;

public sealed class RealGoldenTests
{
    [Fact]
    [Trait("suite", "golden")]
    [Trait("speed", "full")]
    public void Real_EveryModel_IsWithinItsLimits()
    {
        Assert.SkipUnless(GoldenData.Has("real"), "the golden folder has no real model's values");
        var suite = new GoldenSuite("real");
        foreach (string folder in Directory.GetDirectories(GoldenData.At("real")).Order(StringComparer.Ordinal))
        {
            string file = GoldenData.Json(Path.Combine(folder, "config.json"))["quantization_config"]!["gguf_file"]!.GetValue<string>();
            string model = Path.Combine(GoldenData.Shared, "models", file);
            Assert.SkipUnless(File.Exists(model), $"{model} is not there");
            suite.Case(Path.GetFileName(folder), [], () =>
            {
                foreach (ParityCheck check in Parity.Measure(model, folder).Checks)
                {
                    GoldenSuite.Near(check.What, check.Difference, 0, check.Limit);
                }
            });
        }

        suite.Finish();
    }
}
