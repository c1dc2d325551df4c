using System.Text.RegularExpressions;

using Alignment.Models;

namespace Alignment.Training;

/// <summary>Parameters that the optimizer treats alike; they stand in one range of the flat buffers.</summary>
/// <param name="Name">unique among the groups of a run</param>
/// <param name="WeightDecay">decoupled decay, times the learning rate</param>
/// <param name="LearningRateFactor">factor of the schedule's rate</param>
public sealed record ParameterGroup(string Name, double WeightDecay, double LearningRateFactor = 1)
{
    /// <summary>Two groups by the rule of transformers and TRL: biases and norm weights do not decay, everything else does.</summary>
    /// <param name="weightDecay">of the group that decays</param>
    public static Func<Weight, ParameterGroup> ByDecay(double weightDecay)
    {
        var decay = new ParameterGroup("decay", weightDecay);
        var noDecay = new ParameterGroup("no_decay", 0);
        return weight => DecayRule.Decays(weight.Name) ? decay : noDecay;
    }
}

/// <summary>Which parameters decay (transformers' <c>get_decay_parameter_names</c>, which TRL uses).</summary>
public static partial class DecayRule
{
    [GeneratedRegex(@"bias|layernorm|rmsnorm|(?:^|\.)norm(?:$|\.)|_norm(?:$|\.)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WithoutDecay();

    /// <summary>False for biases and norm weights.</summary>
    /// <param name="name">the checkpoint's name</param>
    public static bool Decays(string name) => !WithoutDecay().IsMatch(name);
}
