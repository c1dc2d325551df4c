namespace Alignment.Pipeline.Items.Import;

/// <summary>
/// Why a row cannot be imported: a reason that names keys and positions but never what the row says, so that it may be
/// printed and logged. The row is reported and the next one is read.
/// </summary>
internal sealed class RowError(string code, string message) : Exception(message)
{
    /// <summary>The rule's short name, by which summaries count (docs/import.md).</summary>
    public string Code { get; } = code;
}

/// <summary>The rules' short names.</summary>
internal static class RowErrorCodes
{
    public const string NoJson = "no_json";
    public const string TooLong = "too_long";
    public const string InvalidUnicode = "invalid_unicode";
    public const string UnknownLayout = "unknown_layout";
    public const string AmbiguousKeys = "ambiguous_keys";
    public const string NotSupported = "not_supported";
    public const string Missing = "missing";
    public const string NoText = "no_text";
    public const string EmptyText = "empty_text";
    public const string BadTurn = "bad_turn";
    public const string BadLabel = "bad_label";
    public const string SystemOnOneSide = "system_on_one_side";
    public const string NoSharedPrompt = "no_shared_prompt";
    public const string PromptDiffers = "prompt_differs";
}
