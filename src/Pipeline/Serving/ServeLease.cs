namespace Alignment.Pipeline.Serving;

/// <summary>The use of a model for one answer: while somebody has it, the model is not stopped.</summary>
/// <param name="server">The model's process.</param>
/// <param name="model">Where it answers.</param>
/// <param name="release">What ends the use.</param>
internal sealed class ServeLease(ModelServer server, ServedModel model, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>Where it answers.</summary>
    public ServedModel Model => model;

    /// <summary>The model's process.</summary>
    public ModelServer Server => server;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
