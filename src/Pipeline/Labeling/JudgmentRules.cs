using Alignment.Shared.Preferences;
using FluentValidation;

namespace Alignment.Pipeline.Labeling;

/// <summary>The rules that several messages about a judgment share.</summary>
internal static class JudgmentRules
{
    private const int LongestComment = 4000;
    private const int LongestKey = 100;

    /// <summary>A key that is there and fits.</summary>
    public static IRuleBuilderOptions<T, string> IdempotencyKey<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(key => key is { Length: >= 1 and <= LongestKey }).WithMessage(FormattableString.Invariant($"the idempotency key has 1 to {LongestKey} characters"));

    /// <summary>A verdict that there is.</summary>
    public static IRuleBuilderOptions<T, string> Verdict<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(verdict => Verdicts.OfPairs.Contains(verdict) || Verdicts.OfSingles.Contains(verdict)).WithMessage((_, verdict) => $"there is no verdict '{verdict}'");

    /// <summary>A comment that fits; a flag needs one.</summary>
    public static IRuleBuilderOptions<T, string?> Comment<T>(this IRuleBuilder<T, string?> rule, Func<T, string> verdict) => rule
        .MaximumLength(LongestComment).WithMessage(FormattableString.Invariant($"a comment has at most {LongestComment} characters"))
        .Must((message, comment) => verdict(message) != Verdicts.Flag || !string.IsNullOrWhiteSpace(comment)).WithMessage("a flag needs a comment that says what is wrong");
}
