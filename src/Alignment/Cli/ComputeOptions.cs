using System.CommandLine;

using Alignment.Models;
using Alignment.Native;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Cli;

/// <summary>What verbs compute with: <c>--device</c>, <c>--precision</c>, <c>--threads</c>.</summary>
internal sealed class ComputeOptions
{
    private readonly Option<string> _device = new("--device") { Description = "cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string> _precision = new("--precision") { Description = "fp32 or bf16.", DefaultValueFactory = _ => "bf16" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to compute with (0: one per core).", DefaultValueFactory = _ => 0 };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        _precision.AcceptOnlyFromAmong("fp32", "bf16");
        command.Options.Add(_device);
        command.Options.Add(_precision);
        command.Options.Add(_threads);
    }

    /// <summary>Loads a model as the options say.</summary>
    /// <exception cref="UserError">There is no such device, or the model cannot be loaded.</exception>
    public LoadedModel Load(ParseResult parsed, string path)
    {
        if (parsed.GetValue(_threads) is int threads and not 0)
        {
            set_num_threads(threads > 0 ? threads : throw new UserError("--threads: allowed is 0 or more"));
        }

        LoadedModel model = LoadedModel.Load(path, parsed.GetValue(_precision) == "fp32" ? ScalarType.Float32 : ScalarType.BFloat16, Devices.Parse(parsed.GetValue(_device)!));
        if (model.Model.Warning is string warning)
        {
            Output.Warning(warning);
        }

        return model;
    }
}
