using Alignment.Labeling.Web.Start;

return await WebCommand.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);

/// <summary>The entry point, public so that tests can host it.</summary>
public partial class Program;
