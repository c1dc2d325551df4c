namespace Alignment.Shared.Runs;

/// <summary>The trainers' names, as <c>trainer:</c> in a run.yaml.</summary>
public static class TrainerNames
{
    /// <summary>Supervised fine-tuning.</summary>
    public const string Sft = "sft";

    /// <summary>Direct preference optimisation and its relatives.</summary>
    public const string Dpo = "dpo";
}

/// <summary>The losses of preference pairs, as <c>loss.name</c> in a run.yaml.</summary>
public static class LossNames
{
    /// <summary>DPO: −log σ(β·d), Rafailov et al. 2023, equation 7.</summary>
    public const string Sigmoid = "sigmoid";

    /// <summary>Conservative DPO: the sigmoid loss with label smoothing.</summary>
    public const string Cdpo = "cdpo";

    /// <summary>Robust DPO: unbiased under flipped labels, Chowdhury et al. 2024.</summary>
    public const string Robust = "robust";

    /// <summary>IPO on length-averaged log-ratios, Azar et al. 2023.</summary>
    public const string Ipo = "ipo";

    /// <summary>Hinge: max(0, 1 − β·d), Zhao et al. 2023.</summary>
    public const string Hinge = "hinge";
}

/// <summary>Which reference implementation's tokenisation and truncation a run follows.</summary>
public static class ConventionNames
{
    /// <summary>TRL 1.16: prompt and completion tokenised whole, completions cut on the right.</summary>
    public const string Trl116 = "trl-1.16";

    /// <summary>TRL 0.24: prompt and completion tokenised separately, EOS always appended.</summary>
    public const string Trl024 = "trl-0.24";
}

/// <summary>Number formats of the computation.</summary>
public static class PrecisionNames
{
    /// <summary>32-bit floats everywhere.</summary>
    public const string Fp32 = "fp32";

    /// <summary>bfloat16 computation with fp32 master weights and fp32 gradient sums.</summary>
    public const string Bf16 = "bf16";
}

/// <summary>Number formats of saved weights.</summary>
public static class SaveDtypeNames
{
    /// <summary>32-bit floats.</summary>
    public const string Fp32 = "fp32";

    /// <summary>bfloat16.</summary>
    public const string Bf16 = "bf16";

    /// <summary>16-bit floats.</summary>
    public const string Fp16 = "fp16";
}

/// <summary>Which tokens of a row SFT learns from.</summary>
public static class LossOnNames
{
    /// <summary>The completion; of a conversation its last assistant turn; of plain text everything.</summary>
    public const string Completion = "completion";

    /// <summary>Every token, the prompt's too.</summary>
    public const string All = "all";

    /// <summary>Each assistant turn of a conversation.</summary>
    public const string AllAssistant = "all-assistant";
}

/// <summary>In which order rows are taken.</summary>
public static class OrderNames
{
    /// <summary>Shuffled anew in each epoch, by the seed.</summary>
    public const string Shuffled = "shuffled";

    /// <summary>As the file has them.</summary>
    public const string File = "file";
}

/// <summary>Which end a row that is too long keeps (TRL 0.24).</summary>
public static class TruncationNames
{
    /// <summary>The last tokens stay.</summary>
    public const string KeepEnd = "keep_end";

    /// <summary>The first tokens stay.</summary>
    public const string KeepStart = "keep_start";
}

/// <summary>Optimizers.</summary>
public static class OptimizerNames
{
    /// <summary>Adam with decoupled weight decay, Loshchilov and Hutter 2019.</summary>
    public const string AdamW = "adamw";
}

/// <summary>Learning-rate schedules; each starts with a linear warm-up.</summary>
public static class ScheduleNames
{
    /// <summary>The same rate after the warm-up.</summary>
    public const string Constant = "constant";

    /// <summary>Linear from the full rate to 0 at the last step.</summary>
    public const string Linear = "linear";

    /// <summary>Half a cosine from the full rate to 0 at the last step.</summary>
    public const string Cosine = "cosine";
}
