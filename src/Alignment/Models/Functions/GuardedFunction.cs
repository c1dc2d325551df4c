using static TorchSharp.torch;

namespace Alignment.Models.Functions;

/// <summary>
/// A step of the forward pass with a backward of its own: quicker than what autograd composes, and it keeps less. An
/// exception that leaves a managed backward would end the process, so it is caught, kept for <see cref="BackwardFault.ThrowIfAny"/>,
/// and the gradients become NaN, which no training step survives unseen.
/// </summary>
/// <typeparam name="T">the step itself</typeparam>
internal abstract class GuardedFunction<T> : autograd.SingleTensorFunction<T>
    where T : GuardedFunction<T>, new()
{
    /// <inheritdoc/>
    public sealed override string Name => typeof(T).Name;

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> saved = [];
        Tensor result = Forward(ctx, vars, saved);
        ctx.save_for_backward(saved);
        foreach (Tensor tensor in saved)
        {
            scope.MoveToOuter(tensor); // autograd takes them only after this method; arguments are not this scope's and stay where they are
        }

        return scope.MoveToOuter(result);
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardFault.FreeWaiting();
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor?> gradients;
        try
        {
            gradients = Backward(ctx, saved, grad_output);
        }
        catch (Exception e)
        {
            BackwardFault.Keep(e);
            gradients = [.. Arguments(saved, grad_output).Select(argument => argument is null ? null : NotANumber(argument))];
        }

        BackwardFault.FreeLater([grad_output, .. gradients.OfType<Tensor>()]);
        return gradients!;
    }

    // One number seen as a whole tensor: where memory ran out there is none for more.
    private static Tensor NotANumber(Tensor like) => full([], double.NaN, dtype: like.dtype, device: like.device).expand(like.shape);

    /// <summary>The value; puts what <see cref="Backward"/> needs into <paramref name="saved"/>. Runs without gradients in a scope of its own.</summary>
    protected abstract Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved);

    /// <summary>One gradient per argument of the forward, null where there is none.</summary>
    protected abstract List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient);

    /// <summary>Tensors of the shapes of the arguments that get a gradient, null for the others.</summary>
    protected abstract IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient);
}

/// <summary>What went wrong inside a managed backward.</summary>
public static class BackwardFault
{
    // Gradients that a managed backward of this thread gave to libtorch, which has references of its own as soon as that returned.
    // They do not stay until the micro-batch's scope ends: those of all layers together are hundreds of megabytes. On a GPU there is
    // no such scope, because its nodes run on a thread of libtorch's.
    [ThreadStatic]
    private static List<Tensor>? s_waiting;

    private static Exception? s_first;

    /// <summary>Tensors of this thread that wait to be freed.</summary>
    internal static int WaitingCount => s_waiting?.Count ?? 0;

    /// <summary>Frees what waits and throws the first exception since the last call. Called after <c>backward()</c>.</summary>
    /// <exception cref="InvalidOperationException">A managed backward failed.</exception>
    public static void ThrowIfAny()
    {
        FreeWaiting();
        if (Interlocked.Exchange(ref s_first, null) is Exception first)
        {
            throw new InvalidOperationException($"the backward pass failed: {first.Message}", first);
        }
    }

    /// <summary>Takes tensors out of their scopes, to be freed when the thread's next managed backward begins.</summary>
    internal static void FreeLater(IEnumerable<Tensor> tensors)
    {
        s_waiting ??= [];
        s_waiting.AddRange(tensors.Select(tensor => tensor.DetachFromDisposeScope()));
    }

    /// <summary>Frees the tensors of earlier managed backwards of this thread.</summary>
    internal static void FreeWaiting()
    {
        foreach (Tensor tensor in s_waiting ?? [])
        {
            tensor.Dispose();
        }

        s_waiting?.Clear();
    }

    internal static void Keep(Exception fault) => Interlocked.CompareExchange(ref s_first, fault, null);
}
