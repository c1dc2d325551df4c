using System.CommandLine;

using Alignment.Cli;

var root = new Command("align", "Models, training, generation and evaluation (tensors; no database).")
{
    DoctorCommand.Create(),
    InspectCommand.Create(),
    ParityCommand.Create(),
    InitModelCommand.Create(),
    GenerateCommand.Create(),
    EvalCommand.Create(),
    TrainTokenizerCommand.Create(),
    InitCommand.Create(),
    TrainCommand.Create(),
    DataPreviewCommand.Create(),
    ServeCommand.Create(),
};
return await CommandLine.RunAsync(root, args).ConfigureAwait(false);
