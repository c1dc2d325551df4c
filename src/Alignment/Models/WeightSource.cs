namespace Alignment.Models;

/// <summary>How a weight of a new model starts.</summary>
public enum WeightKind
{
    /// <summary>Matrices: normal, mean 0, deviation <c>initializer_range</c>.</summary>
    Matrix,

    /// <summary>Scales of norms: ones.</summary>
    Scale,

    /// <summary>Biases: zeros.</summary>
    Bias,
}

/// <summary>
/// Where a model takes its weights from while it is built: a checkpoint, random numbers, or the meta device. So each
/// name, shape and start value stands once, where the weight is used.
/// </summary>
public interface IWeightSource
{
    /// <summary>Gives the weight of this name.</summary>
    /// <param name="name">the checkpoint's name</param>
    /// <param name="shape">the shape that the configuration asks for</param>
    /// <param name="kind">how a new one starts</param>
    /// <exception cref="Shared.UserError">It is absent or has another shape; the message names it.</exception>
    Weight Get(string name, long[] shape, WeightKind kind);
}
