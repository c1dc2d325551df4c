using Alignment.Shared;

namespace Alignment.Losses;

/// <summary>The numbers that a loss of the DPO family may use.</summary>
/// <param name="Beta">strength of the pull to the reference, above 0</param>
/// <param name="LabelSmoothing">assumed share of flipped labels, at least 0 and below 0.5</param>
public sealed record PairLossOptions(double Beta, double LabelSmoothing = 0);

/// <summary>One loss of the DPO family: its name in a run.yaml, its formula, and what is known about it.</summary>
/// <param name="Name">as in Shared's names of losses</param>
/// <param name="Compute">value and closed-form gradient; pure</param>
/// <param name="UsesLabelSmoothing">false: a label smoothing other than 0 is an error, because the loss would ignore it</param>
/// <param name="ValueAtReference">the loss of any pair while policy and reference are equal; null where it depends on the model</param>
public sealed record PairLoss(
    string Name,
    Func<PairLogps, PairLossOptions, PairLossResult> Compute,
    bool UsesLabelSmoothing,
    Func<PairLossOptions, double>? ValueAtReference);

/// <summary>The losses of the DPO family by name: a new one is one file and one line here. The SFT term is no loss of its own there; it is added by <see cref="Sum"/>.</summary>
public static class PairLosses
{
    /// <summary>Every loss that a run can name.</summary>
    public static IReadOnlyList<PairLoss> All { get; } =
    [
        SigmoidLoss.Definition,
        ConservativeLoss.Definition,
        RobustLoss.Definition,
        IpoLoss.Definition,
        HingeLoss.Definition,
    ];

    /// <summary>The loss of that name.</summary>
    /// <exception cref="UserError">There is none; the message lists those there are.</exception>
    public static PairLoss Find(string name) =>
        All.FirstOrDefault(loss => loss.Name == name)
        ?? throw new UserError($"loss.name: '{name}' is no loss of the dpo trainer; write one of {string.Join(", ", All.Select(loss => loss.Name))}.");

    /// <summary>Refuses options that the loss would ignore, or outside their range.</summary>
    /// <exception cref="UserError">Names the option, and <c>cdpo</c> where sigmoid was given a label smoothing.</exception>
    public static void Check(PairLoss loss, PairLossOptions options)
    {
        if (!(options.Beta > 0) || double.IsInfinity(options.Beta))
        {
            throw new UserError("loss.beta: must be a number above 0.");
        }

        if (!(options.LabelSmoothing >= 0 && options.LabelSmoothing < 0.5))
        {
            throw new UserError("loss.label_smoothing: must be at least 0 and below 0.5.");
        }

        if (options.LabelSmoothing != 0 && !loss.UsesLabelSmoothing)
        {
            string instead = loss.Name == SigmoidLoss.Definition.Name ? $"write 'name: {ConservativeLoss.Definition.Name}' for the smoothed form, or remove it" : "remove it";
            throw new UserError($"loss.label_smoothing: '{loss.Name}' ignores it; {instead}.");
        }
    }

    /// <summary>A weighted sum of losses (for example sigmoid + 0.3 · sft), value and gradient.</summary>
    /// <param name="terms">at least one loss with its weight; the rewards are those of the family, whatever the weights</param>
    /// <param name="logps">P pairs</param>
    /// <param name="options">shared by all terms</param>
    public static PairLossResult Sum(IReadOnlyList<(PairLoss Loss, double Weight)> terms, PairLogps logps, PairLossOptions options)
    {
        logps.Check();
        PairLossResult? total = null;
        foreach ((PairLoss loss, double weight) in terms)
        {
            PairLossResult term = loss.Compute(logps, options);
            total = total is null
                ? term with { PerPair = term.PerPair * weight, GradChosen = term.GradChosen * weight, GradRejected = term.GradRejected * weight }
                : total with
                {
                    PerPair = total.PerPair + term.PerPair * weight,
                    GradChosen = total.GradChosen + term.GradChosen * weight,
                    GradRejected = total.GradRejected + term.GradRejected * weight,
                };
        }

        return total ?? throw new ArgumentException("A sum of losses needs at least one term.", nameof(terms));
    }
}
