using System.Text.Json.Nodes;

using Alignment.Models;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Adapters;

/// <summary>The batch of the peft goldens: right-padded rows with labels.</summary>
internal sealed class PeftBatch
{
    private readonly int[][] _ids;
    private readonly bool[][] _labelled;
    private readonly bool[,] _mask;

    public PeftBatch(JsonNode index)
    {
        _ids = Table(index["input_ids"]!);
        _labelled = [.. Table(index["labels"]!).Select(row => row.Select(label => label != -100).ToArray())];
        int[][] mask = Table(index["attention_mask"]!);
        Lengths = [.. mask.Select(row => row.Sum())];
        _mask = new bool[mask.Length, mask[0].Length];
        for (int row = 0; row < mask.Length; row++)
        {
            for (int column = 0; column < mask[row].Length; column++)
            {
                _mask[row, column] = mask[row][column] == 1;
            }
        }
    }

    public int Rows => _ids.Length;

    public IReadOnlyList<int> Lengths { get; }

    /// <summary>[N, T, D]</summary>
    public Tensor Hidden(CausalModel model)
    {
        using TokenLayout layout = TokenLayout.FromMask(_mask, CPU);
        Tensor ids = tensor(_ids.SelectMany(row => row.Select(id => (long)id)).ToArray(), [_ids.Length, _ids[0].Length], device: CPU);
        return model.Decoder.Forward(ids, layout);
    }

    /// <summary>Mean loss over the labels, its gradient added to the flat buffer.</summary>
    public double Backward(CausalModel model, FlatParameters flat)
    {
        using var scope = NewDisposeScope();
        using CompletionTokens tokens = CompletionTokens.FromRows(_ids, _labelled, CPU);
        using var path = new CompletionLogps(model.Head, flat.GradientOf);
        Tensor hidden = Hidden(model);
        Tensor gradient = full(tokens.Count, -1.0 / tokens.Count, dtype: hidden.dtype, device: CPU);
        (Tensor logps, Tensor hiddenGradient) = path.ForwardBackward(hidden, tokens, gradient);
        hidden.backward([hiddenGradient]);
        flat.CollectGradients();
        return -logps.Doubles().Average();
    }

    private static int[][] Table(JsonNode node) => [.. node.AsArray().Select(row => row!.AsArray().Select(id => id!.GetValue<int>()).ToArray())];
}
