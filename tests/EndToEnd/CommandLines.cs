using Alignment.Processes;

namespace Alignment.EndToEnd.Tests;

/// <summary>The two command lines on a data folder of their own.</summary>
internal sealed class CommandLines : IDisposable
{
    private readonly ScratchFolder _data = new();

    /// <summary>Runs <c>pipeline</c> and gives its output.</summary>
    public string Pipeline(params string[] arguments) => Run(Program.Pipeline, arguments);

    /// <summary>Runs <c>align</c> and gives its output.</summary>
    public string Align(params string[] arguments) => Run(Program.Align, arguments);

    /// <summary>A path in the data folder.</summary>
    public string At(string name) => _data[name];

    public void Dispose() => _data.Dispose();

    private string Run(Program program, string[] arguments) =>
        program.Run(arguments, new Dictionary<string, string> { ["ALIGNMENT_DATA"] = At("") }).Expect().Output;
}
