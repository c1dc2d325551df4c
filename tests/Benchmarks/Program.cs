using System.CommandLine;

using Alignment.Benchmarks.Docs;
using Alignment.Benchmarks.RealRun;
using Alignment.Benchmarks.Training;

var root = new RootCommand("Benchmarks and the pages with figures; run by hand: dotnet run -c Release --project tests/Benchmarks -- VERB")
{
    DpoStepCommand.Create(),
    FirstRealRunCommand.Create(),
    RenderCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
