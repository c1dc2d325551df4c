using Alignment.Pipeline.Cli;

return await CommandLine.RunAsync(args, Terminal.OfProcess()).ConfigureAwait(false);
