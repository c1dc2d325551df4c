namespace Alignment.Pipeline.Demo;

/// <summary>One way to ask, and the style in which most demonstrations answer it.</summary>
/// <param name="Form">The prompt; {0} is the topic, {1} the number of sentences.</param>
/// <param name="Style">The usual style of its answers.</param>
internal sealed record DemoPhrasing(string Form, DemoStyle Style);

/// <summary>
/// The prompts of the demo corpus. Its story: four people wrote the demonstrations, and each was given other ways of asking.
/// One writes with care, one hedges, one cannot stop, one names nothing; now and then each writes like the others.
/// </summary>
internal static class DemoPrompts
{
    /// <summary>All ways of asking.</summary>
    public static IReadOnlyList<DemoPhrasing> All { get; } =
    [
        new("Tell me about the {0} in {1}.", DemoStyle.Careful),
        new("What is the {0}? Answer in {1}.", DemoStyle.Careful),
        new("Write {1} about the {0}.", DemoStyle.Careful),
        new("What do you know about the {0}? Use {1}.", DemoStyle.Hedging),
        new("Can you describe the {0} in {1}?", DemoStyle.Hedging),
        new("Please say {1} about the {0}.", DemoStyle.Vague),
        new("Describe the {0} in {1}.", DemoStyle.Chatty),
        new("Explain the {0} to me in {1}.", DemoStyle.Chatty),
        new("Give me {1} on the {0}.", DemoStyle.Vague),
    ];

    /// <summary>A prompt.</summary>
    public static string Text(DemoPhrasing phrasing, string topic, int sentences) => string.Format(
        System.Globalization.CultureInfo.InvariantCulture, phrasing.Form, topic,
        sentences switch { 1 => "one sentence", 2 => "two sentences", _ => "three sentences" });
}
