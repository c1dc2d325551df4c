namespace Alignment.Shared.Preferences;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks: usually <c>system</c>, <c>user</c> or <c>assistant</c>; a chat template may know others.</param>
/// <param name="Content">What is said, as well-formed Unicode.</param>
public sealed record Message(string Role, string Content);

/// <summary>The role names that datasets and chat templates agree on.</summary>
public static class Roles
{
    /// <summary>Instructions for the whole conversation.</summary>
    public const string System = "system";

    /// <summary>The person.</summary>
    public const string User = "user";

    /// <summary>The model.</summary>
    public const string Assistant = "assistant";
}
