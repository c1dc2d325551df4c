using Alignment.Adapters;
using Alignment.Models;
using Alignment.Shared;

namespace Alignment.Serving;

/// <summary>
/// A base model and adapters that share its weights, by the names that they are served under. One of them is on at a time.
/// </summary>
/// <param name="model">the base; disposed of with this</param>
/// <param name="name">its name</param>
internal sealed class ServedModels(LoadedModel model, string name) : IDisposable
{
    private readonly Dictionary<string, LoraAdapters> _adapters = new(StringComparer.Ordinal);
    private LoraAdapters? _on;

    /// <summary>The base, with the tokenizer and template of all.</summary>
    public LoadedModel Base => model;

    /// <summary>The base's name.</summary>
    public string Name => name;

    /// <summary>All names, the base's first.</summary>
    public IReadOnlyList<string> Names => [name, .. _adapters.Keys];

    /// <summary>Longest prompt with its answer, in tokens.</summary>
    /// <param name="wished">a smaller limit, or null</param>
    public int Context(int? wished) => Math.Min(wished ?? int.MaxValue, model.Model.Config.MaxPositions);

    /// <summary>Whether a model of this name is served.</summary>
    public bool Has(string wanted) => wanted == name || _adapters.ContainsKey(wanted);

    /// <summary>Loads an adapter beside the base. Before the first <see cref="Use"/>, outside every dispose scope.</summary>
    /// <param name="adapterName">the name to serve it under</param>
    /// <param name="folder">PEFT's folder</param>
    /// <exception cref="UserError">The name is taken, or the adapter does not fit.</exception>
    public void Add(string adapterName, string folder)
    {
        if (Has(adapterName))
        {
            throw new UserError($"the name '{adapterName}' is given to two models: each name is served once");
        }

        LoraAdapters adapters = PeftFolder.Load(model.Model, folder);
        adapters.Detach();
        _adapters.Add(adapterName, adapters);
    }

    /// <summary>Makes the model compute as the one of this name (generation thread). Costs nothing where it does already.</summary>
    public void Use(string wanted)
    {
        LoraAdapters? adapters = _adapters.GetValueOrDefault(wanted);
        if (adapters != _on)
        {
            _on?.Detach();
            adapters?.Reattach();
            _on = adapters;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoraAdapters adapters in _adapters.Values)
        {
            adapters.Dispose();
        }

        model.Dispose();
    }
}
