using Alignment.Goldens;
using Alignment.Shared.Runs;

namespace Alignment.Shared.Tests.Runs;

public class RecipeTests
{
    [Fact]
    public void Load_EveryRecipe_IsValid()
    {
        string[] recipes = Directory.GetFiles(Path.Combine(GoldenData.Repository, "data", "recipes"), "*.yaml");

        Assert.NotEmpty(recipes);
        Assert.All(recipes, file => Assert.NotEmpty(RunSpecYaml.Load(file).Model));
    }
}
