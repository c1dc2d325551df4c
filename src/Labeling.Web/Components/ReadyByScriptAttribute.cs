namespace Alignment.Labeling.Web.Components;

/// <summary>On a page without a circuit whose own script says when it takes input.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadyByScriptAttribute : Attribute;
