using System.CommandLine;

var root = new RootCommand("pipeline: preference data in, datasets out (database; no tensors).");
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
