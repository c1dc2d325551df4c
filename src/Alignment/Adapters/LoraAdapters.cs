using Alignment.Models;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Adapters;

/// <summary>The LoRA adapters of one model: placed, switched, merged and taken off together.</summary>
public sealed class LoraAdapters : IDisposable
{
    private readonly CausalModel _model;
    private readonly LoraSwitch _switch = new();
    private readonly List<(LinearSlot Slot, LoraLinear Map)> _places = [];

    private LoraAdapters(CausalModel model, LoraConfig config)
    {
        _model = model;
        Config = config;
    }

    /// <summary>Placement and scale.</summary>
    public LoraConfig Config { get; }

    /// <summary>Each adapter by the path of its module, in the order of the forward pass.</summary>
    public IEnumerable<KeyValuePair<string, LoraLinear>> Maps => _places.Select(place => KeyValuePair.Create(place.Slot.Path, place.Map));

    /// <summary>All A and B under PEFT's names (<c>base_model.model.PATH.lora_A.weight</c>): what trains.</summary>
    public IReadOnlyList<Weight> Weights => [.. _places.SelectMany(place => new[] { place.Map.A, place.Map.B })];

    /// <summary>Whether the head has an adapter.</summary>
    public bool OnHead => _places.Any(place => place.Slot == _model.Head.Slot);

    /// <summary>False makes the model the base again, for reference log-probabilities.</summary>
    public bool Enabled
    {
        get => _switch.Enabled;
        set => _switch.Enabled = value;
    }

    /// <summary>Whether dropout is on; off after attaching.</summary>
    public bool Training
    {
        get => _switch.Training;
        set => _switch.Training = value;
    }

    /// <summary>Places new adapters: A uniform in ±1/√in (PEFT's kaiming start), B zero, so the model is unchanged. Call it outside every dispose scope.</summary>
    /// <param name="model">its slots get the adapters</param>
    /// <param name="config">placement and scale</param>
    /// <param name="seed">of A</param>
    /// <exception cref="UserError">The targets name no module, or a number is out of range.</exception>
    public static LoraAdapters Attach(CausalModel model, LoraConfig config, long seed)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        ScalarType dtype = model.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return Place(model, config, (path, rank, inner) =>
        {
            (long outputs, long inputs) = (inner.Weight.Shape[0], inner.Weight.Shape[1]);
            double bound = 1 / Math.Sqrt(inputs);
            Tensor uniform = rand([rank, inputs], dtype: dtype, device: CPU, generator: generator) * (2 * bound) - bound; // [r, in]
            return (uniform.to(model.Device), zeros([outputs, rank], dtype: dtype, device: model.Device));
        });
    }

    /// <summary>Places adapters whose values are given.</summary>
    /// <param name="model">its slots get the adapters</param>
    /// <param name="config">placement and scale</param>
    /// <param name="values">A [r, in] and B [out, r] of a path, given rank and base map</param>
    /// <exception cref="UserError">The targets name no module, or a number is out of range.</exception>
    internal static LoraAdapters Place(CausalModel model, LoraConfig config, Func<string, int, Linear, (Tensor A, Tensor B)> values)
    {
        config.Check();
        var adapters = new LoraAdapters(model, config);
        foreach (LinearSlot slot in LoraPlacement.Slots(model, config))
        {
            if (slot.Map is not Linear inner)
            {
                throw new UserError($"{slot.Path} has an adapter already: merge it or take it off first.");
            }

            if (slot == model.Head.Slot && config.Dropout > 0)
            {
                throw new UserError("lora.dropout: must be 0 where the head has an adapter; take lm_head out of the targets or write 0.");
            }

            (Tensor a, Tensor b) = values(slot.Path, config.RankOf(slot.Path), inner);
            var map = new LoraLinear(
                inner, new Weight(PeftNames.A(slot.Path), a), new Weight(PeftNames.B(slot.Path), b),
                config.ScalingOf(slot.Path), config.Dropout, adapters._switch);
            adapters._places.Add((slot, map));
        }

        foreach ((LinearSlot slot, LoraLinear map) in adapters._places)
        {
            slot.Map = map;
        }

        return adapters;
    }

    /// <summary>Adds every product to its base weight and takes the adapters off: the model is then an ordinary one. Base weights keep their dtype.</summary>
    /// <exception cref="UserError">The head is tied to the embedding and has an adapter.</exception>
    public void Merge()
    {
        using var guard = no_grad();
        foreach ((LinearSlot slot, LoraLinear map) in _places)
        {
            using var scope = NewDisposeScope();
            map.Inner.Weight.Value.detach().copy_(Merged(map.Inner.Weight)!);
            slot.Map = map.Inner;
        }
    }

    /// <summary>A base weight with its adapter's product added, in the product's fp32 (fp64 for fp64); null where it has no adapter. The caller's scope owns it.</summary>
    /// <exception cref="UserError">The head is tied to the embedding and has an adapter.</exception>
    public Tensor? Merged(Weight weight)
    {
        if (_model.Head.Tied && OnHead)
        {
            throw new UserError("The head is tied to the embedding, so its adapter cannot be merged: keep the adapter folder, or take lm_head out of the targets.");
        }

        using var guard = no_grad();
        using var scope = NewDisposeScope();
        LoraLinear? map = _places.Find(place => place.Map.Inner.Weight == weight).Map;
        Tensor? delta = map?.Delta(); // [out, in]
        return delta is null ? null : scope.MoveToOuter(weight.Value.detach().to(delta.dtype) + delta);
    }

    /// <summary>Takes the adapters off; the base is as it was.</summary>
    public void Detach()
    {
        foreach ((LinearSlot slot, LoraLinear map) in _places)
        {
            slot.Map = map.Inner;
        }
    }

    /// <summary>Puts adapters on that <see cref="Detach"/> took off. One model has one set on at a time.</summary>
    /// <exception cref="InvalidOperationException">Another set is on.</exception>
    public void Reattach()
    {
        if (_places.Find(place => place.Slot.Map != place.Map.Inner && place.Slot.Map != place.Map) is { Slot: LinearSlot taken })
        {
            throw new InvalidOperationException($"{taken.Path} has another adapter on");
        }

        foreach ((LinearSlot slot, LoraLinear map) in _places)
        {
            slot.Map = map;
        }
    }

    /// <summary>Takes the adapters off and frees A and B.</summary>
    public void Dispose()
    {
        Detach();
        foreach (Weight weight in Weights)
        {
            weight.Value.Dispose();
        }
    }
}
