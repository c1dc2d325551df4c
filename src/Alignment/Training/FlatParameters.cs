using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>Where one parameter stands in the flat buffers.</summary>
/// <param name="Weight">the holder whose value is the view</param>
/// <param name="Shape">of the parameter</param>
/// <param name="Offset">first element in each flat buffer</param>
/// <param name="Count">elements</param>
public sealed record ParameterView(Weight Weight, long[] Shape, long Offset, long Count);

/// <summary>The range of one optimizer group in the flat buffers.</summary>
/// <param name="Group">its rules</param>
/// <param name="Offset">first element</param>
/// <param name="Count">elements, padding between views included</param>
public sealed record ParameterRange(ParameterGroup Group, long Offset, long Count);

/// <summary>
/// All trained parameters as views of flat buffers: one master (fp32, or fp64 for fp64 models), one compute buffer (the master
/// itself where the dtypes agree), one accumulation buffer for gradients in the master's dtype. Views are aligned to 64 bytes and
/// a group's parameters stand together, so that optimizer, clipping, checkpoint and all-reduce are a few calls on ranges.
/// Weights that are not given here are frozen: they stay as they are, outside these buffers.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private const long Alignment = 32; // elements: 64 bytes in bf16, 128 in fp32

    private const long CollectElements = 1 << 20; // a sum of two dtypes takes a temporary of its length: blocks keep it in the cache

    private readonly Dictionary<Weight, ParameterView> _views = [];
    private readonly Tensor? _computeGradient;

    private FlatParameters(IReadOnlyList<ParameterView> views, IReadOnlyList<ParameterRange> ranges, ScalarType dtype, Device device)
    {
        Views = views;
        Ranges = ranges;
        long size = ranges.Sum(range => range.Count);
        ScalarType master = dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        Master = Buffer(size, master, device);
        Gradient = Buffer(size, master, device);
        Compute = dtype == master ? Master : Buffer(size, dtype, device);
        _computeGradient = dtype == master ? null : Buffer(size, dtype, device);
        foreach (ParameterView view in views)
        {
            _views.Add(view.Weight, view);
        }
    }

    /// <summary>Each parameter's place, in the order of the buffers.</summary>
    public IReadOnlyList<ParameterView> Views { get; }

    /// <summary>Each group's range, in the order of the buffers.</summary>
    public IReadOnlyList<ParameterRange> Ranges { get; }

    /// <summary>[n] fp32 (fp64 for an fp64 model): what the optimizer steps.</summary>
    public Tensor Master { get; }

    /// <summary>[n] in the model's dtype: what forward and backward use. The same tensor as <see cref="Master"/> where the dtypes agree.</summary>
    public Tensor Compute { get; }

    /// <summary>[n] in the master's dtype: the step's gradient, summed over micro-batches.</summary>
    public Tensor Gradient { get; }

    /// <summary>Trained elements, without padding.</summary>
    public long ParameterCount => Views.Sum(view => view.Count);

    /// <summary>
    /// Moves the weights into flat buffers: each <see cref="Weight.Value"/> becomes a view that requires a gradient and whose
    /// <c>grad</c> is a view of the gradient buffer, into which backward accumulates in place. The old tensors are disposed.
    /// </summary>
    /// <param name="trained">weights of one dtype on one device, each once</param>
    /// <param name="groupOf">the group of each weight; groups take the order in which they first occur</param>
    /// <param name="computeDtype">what forward and backward use; null keeps the weights' dtype. The master takes the values before they are rounded to it.</param>
    /// <exception cref="ArgumentException">There is none, one comes twice, or dtypes or devices differ.</exception>
    public static FlatParameters Create(IReadOnlyList<Weight> trained, Func<Weight, ParameterGroup> groupOf, ScalarType? computeDtype = null)
    {
        if (trained.Count == 0 || trained.Distinct().Count() != trained.Count)
        {
            throw new ArgumentException("The trained weights must be at least one and each given once.", nameof(trained));
        }

        ScalarType dtype = trained[0].Value.dtype;
        Device device = trained[0].Value.device;
        foreach (Weight weight in trained)
        {
            if (weight.Value.dtype != dtype || weight.Value.device.ToString() != device.ToString())
            {
                throw new ArgumentException($"{weight.Name} is {weight.Value.dtype} on {weight.Value.device}, but {trained[0].Name} is {dtype} on {device}.", nameof(trained));
            }
        }

        using var guard = no_grad();
        using var scope = NewDisposeScope();
        (List<ParameterView> views, List<ParameterRange> ranges) = Plan(trained, groupOf);
        var flat = new FlatParameters(views, ranges, computeDtype ?? dtype, device);
        foreach (ParameterView view in views)
        {
            flat.Bind(view);
        }

        return flat;
    }

    /// <summary>The view of the gradient buffer that belongs to a weight, in the master's dtype; null where the weight is frozen. The caller's scope owns it.</summary>
    public Tensor? GradientOf(Weight weight) => _views.TryGetValue(weight, out ParameterView? view) ? View(Gradient, view) : null;

    /// <summary>The view of the master that belongs to a weight; null where the weight is frozen. The caller's scope owns it.</summary>
    public Tensor? MasterOf(Weight weight) => _views.TryGetValue(weight, out ParameterView? view) ? View(Master, view) : null;

    /// <summary>
    /// Adds what backward left in the compute dtype to <see cref="Gradient"/> and clears it. Call it after the backward of each
    /// micro-batch; where compute and master agree there is nothing to do, because backward accumulates there directly.
    /// </summary>
    public void CollectGradients()
    {
        if (_computeGradient is not null)
        {
            using var guard = no_grad();
            for (long start = 0; start < Gradient.shape[0]; start += CollectElements)
            {
                using var scope = NewDisposeScope();
                long count = Math.Min(CollectElements, Gradient.shape[0] - start);
                Tensor part = _computeGradient.narrow(0, start, count); // [c]
                Gradient.narrow(0, start, count).add_(part);
                part.zero_();
            }
        }
    }

    /// <summary>Clears the gradient before a step's first micro-batch.</summary>
    public void ZeroGradients()
    {
        using var guard = no_grad();
        Gradient.zero_();
        _computeGradient?.zero_();
    }

    /// <summary>Copies the master into the compute buffer, after an optimizer step or after a checkpoint was read.</summary>
    public void PublishMaster()
    {
        if (!ReferenceEquals(Compute, Master))
        {
            using var guard = no_grad();
            Compute.copy_(Master);
        }
    }

    /// <summary>Gives the weights tensors of their own again (in the compute dtype, without gradient) and frees the buffers.</summary>
    public void Dispose()
    {
        using var guard = no_grad();
        foreach (ParameterView view in Views)
        {
            Tensor old = view.Weight.Value;
            view.Weight.Value = old.detach().clone();
            old.Dispose();
        }

        if (!ReferenceEquals(Compute, Master))
        {
            Compute.Dispose();
        }

        Master.Dispose();
        Gradient.Dispose();
        _computeGradient?.Dispose();
    }

    private static Tensor Buffer(long size, ScalarType dtype, Device device) =>
        zeros(size, dtype: dtype, device: device).DetachFromDisposeScope();

    private static (List<ParameterView> Views, List<ParameterRange> Ranges) Plan(IReadOnlyList<Weight> trained, Func<Weight, ParameterGroup> groupOf)
    {
        List<ParameterView> views = [];
        List<ParameterRange> ranges = [];
        long next = 0;
        foreach (IGrouping<ParameterGroup, Weight> group in trained.GroupBy(groupOf))
        {
            long start = next;
            foreach (Weight weight in group)
            {
                long count = weight.Value.numel();
                views.Add(new ParameterView(weight, weight.Shape, next, count));
                next += (count + Alignment - 1) / Alignment * Alignment;
            }

            ranges.Add(new ParameterRange(group.Key, start, next - start));
        }

        return (views, ranges);
    }

    private static Tensor View(Tensor flat, ParameterView view) => flat.narrow(0, view.Offset, view.Count).view(view.Shape);

    private void Bind(ParameterView view)
    {
        Tensor old = view.Weight.Value;
        View(Master, view).copy_(old);
        Tensor value = View(Compute, view);
        value.copy_(old);
        view.Weight.Value = value.requires_grad_(true);
        value.grad = View(_computeGradient ?? Gradient, view);
        old.Dispose();
    }
}
