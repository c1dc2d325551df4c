using System.CommandLine;

var root = new RootCommand("align: models, training, generation and evaluation (tensors; no database).");
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
