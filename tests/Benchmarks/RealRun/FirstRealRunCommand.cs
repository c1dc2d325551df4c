using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

using Alignment.Shared;

namespace Alignment.Benchmarks.RealRun;

/// <summary><c>first-real-run</c>: makes docs/results/first-real-run.json anew. About an hour on two cores.</summary>
internal static class FirstRealRunCommand
{
    public static Command Create()
    {
        var shared = new Option<string>("--shared") { Description = "Folder with models/, data/ and goldens/outcomes/.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ALIGNMENT_SHARED") ?? "../shared" };
        var data = new Option<string>("--data-dir") { Description = "Data folder of these runs; what is done there is not done again.", DefaultValueFactory = _ => ".data/first-real-run" };
        var output = new Option<string>("--out") { Description = "Where the figures go.", DefaultValueFactory = _ => "docs/results/first-real-run.json" };
        var command = new Command("first-real-run", "Real pairs, a real model, DPO with LoRA, held-out accuracy: the figures of docs/first-real-run.md.") { shared, data, output };
        command.SetAction(parsed =>
        {
            var run = new FirstRealRun(Path.GetFullPath(parsed.GetRequiredValue(shared)), Directory.GetCurrentDirectory(), Path.GetFullPath(parsed.GetRequiredValue(data)));
            AtomicFile.Write(parsed.GetRequiredValue(output), run.Run().ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
        });
        return command;
    }
}
