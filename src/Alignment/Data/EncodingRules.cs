using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Data;

/// <summary>Which tokens of a conversation are learned in supervised fine-tuning.</summary>
public enum LossOn
{
    /// <summary>The completion; of a demonstration the last assistant turn. A plain text is learned whole.</summary>
    Completion,

    /// <summary>Every assistant turn.</summary>
    AllAssistant,

    /// <summary>Prompt and completion.</summary>
    Everything,
}

/// <summary>How rows become token ids, and how long they may be.</summary>
/// <param name="Convention">trl-1.16 or trl-0.24</param>
/// <param name="MaxLength">tokens of prompt and completion</param>
public sealed record EncodingRules(string Convention, int MaxLength)
{
    /// <summary>trl-0.24: tokens of the prompt that are kept, from its end; null keeps all.</summary>
    public int? MaxPromptLength { get; init; }

    /// <summary>trl-0.24: tokens of the completion that are kept, from its start; null keeps all.</summary>
    public int? MaxCompletionLength { get; init; }

    /// <summary>trl-0.24: a sequence over <see cref="MaxLength"/> keeps its end (true, the default there) or its start.</summary>
    public bool KeepEnd { get; init; } = true;

    /// <summary>Which tokens supervised fine-tuning learns.</summary>
    public LossOn LossOn { get; init; }

    /// <summary>The convention of this name.</summary>
    /// <exception cref="UserError">another name</exception>
    internal IConvention Resolve() => Convention switch
    {
        ConventionNames.Trl116 => new Trl116Convention(),
        ConventionNames.Trl024 => new Trl024Convention(),
        _ => throw new UserError($"convention '{Convention}' is unknown: use {ConventionNames.Trl116} or {ConventionNames.Trl024}"),
    };

    /// <summary>Everything that decides the ids, as one line: part of cache keys.</summary>
    public string Fingerprint => FormattableString.Invariant(
        $"{Convention};max={MaxLength};prompt={MaxPromptLength};completion={MaxCompletionLength};keep_end={KeepEnd};loss_on={LossOn}");
}
