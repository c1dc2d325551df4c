using System.CommandLine;

namespace Alignment.Benchmarks.Docs;

/// <summary><c>render</c>: writes the pages with figures anew from docs/results.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        var docs = new Option<string>("--docs") { Description = "The docs folder.", DefaultValueFactory = _ => "docs" };
        var command = new Command("render", "Writes docs/*.md anew from docs/templates and docs/results.") { docs };
        command.SetAction(parsed =>
        {
            foreach ((string path, string text) in DocsRenderer.Render(parsed.GetRequiredValue(docs)))
            {
                File.WriteAllText(path, text);
                Console.WriteLine(path);
            }
        });
        return command;
    }
}
