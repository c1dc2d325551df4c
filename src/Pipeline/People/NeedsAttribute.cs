namespace Alignment.Pipeline.People;

/// <summary>Says who may send a message: somebody with one of the roles, or an admin.</summary>
/// <param name="roles">Of <see cref="Role"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params string[] roles) : Attribute
{
    /// <summary>One of these is enough.</summary>
    public IReadOnlyList<string> Roles { get; } = roles;
}

/// <summary>Says that everybody may send a message, signed in or not.</summary>
/// <param name="because">What protects it instead.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpenToAllAttribute(string because) : Attribute
{
    /// <summary>What protects it instead.</summary>
    public string Because { get; } = because;
}
