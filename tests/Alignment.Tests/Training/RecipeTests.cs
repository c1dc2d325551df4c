using Alignment.Goldens;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Tests.Training;

public class RecipeTests
{
    public static TheoryData<string> Recipes() =>
        [.. Directory.GetFiles(Path.Combine(GoldenData.Repository, "data", "recipes"), "*.yaml").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Recipe_OnTheTinyModel_Trains(string name)
    {
        RunSpec recipe = RunSpecYaml.Load(Path.Combine(GoldenData.Repository, "data", "recipes", name));
        using var run = new TinyRun("", recipe.Trainer);
        run.Spec = recipe with
        {
            Model = run.Spec.Model,
            Data = run.Spec.Data,
            Threads = 1,
            Evaluate = recipe.Evaluate with { Data = null },
            Limits = new LimitsSpec { Steps = 2 },
            Batch = recipe.Batch with { RowsPerStep = 4, MicroBatch = 2 },
        };
        LoopResult result = run.Train();
        Assert.True(result.Completed);
        Assert.Equal(2, run.Console.Steps.Count);
        Assert.All(run.Console.Steps, step => Assert.True(double.IsFinite(step.Metrics[MetricNames.Loss])));
    }
}
