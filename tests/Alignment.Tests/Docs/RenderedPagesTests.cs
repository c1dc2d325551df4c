using Alignment.Benchmarks.Docs;
using Alignment.Goldens;

namespace Alignment.Tests.Docs;

public class RenderedPagesTests
{
    [Fact]
    public void Pages_EqualWhatTheirFiguresGive()
    {
        foreach ((string path, string text) in DocsRenderer.Render(Path.Combine(GoldenData.Repository, "docs")))
        {
            Assert.True(File.Exists(path), $"{path} is missing: run scripts/render-docs.sh");
            Assert.True(File.ReadAllText(path) == text, $"{path} differs from its template and docs/results: run scripts/render-docs.sh");
        }
    }
}
