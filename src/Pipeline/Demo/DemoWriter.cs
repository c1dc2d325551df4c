namespace Alignment.Pipeline.Demo;

/// <summary>How an answer of the demo corpus is written.</summary>
internal enum DemoStyle
{
    /// <summary>Names the thing, does not hedge, has as many sentences as were asked for.</summary>
    Careful,

    /// <summary>Begins by saying how unsure it is.</summary>
    Hedging,

    /// <summary>Adds a sentence that nobody asked for.</summary>
    Chatty,

    /// <summary>Does not name the thing.</summary>
    Vague,

    /// <summary>Stops a sentence early; where only one was asked for, it is vague instead.</summary>
    Short,
}

/// <summary>
/// Writes sentences about a topic. What is true of a topic follows from the first and the last letter of its name, so that
/// answers about different topics differ and a model can still learn what to say about a name that it never saw.
/// </summary>
internal static class DemoWriter
{
    private static readonly string[] Adjectives =
        ["small", "large", "quiet", "noisy", "brown", "grey", "green", "young", "proud", "clever", "gentle", "shy", "strong"];

    private static readonly string[] Kinds = ["animal", "hunter", "swimmer", "climber", "runner", "digger", "neighbour", "traveller", "sleeper"];

    private static readonly string[] Places =
    [
        "near the river", "in the forest", "by the sea", "under old trees", "on high hills", "in warm sand", "behind the farm", "below the ground",
        "around the lake", "in dry grass", "beside the road",
    ];

    private static readonly string[] Foods = ["fresh leaves", "ripe fruit", "small seeds", "cold water", "soft roots", "sweet berries", "old bread", "wild honey"];

    private static readonly string[] Times = ["at night", "in the morning", "every day", "in winter", "after rain", "before dawn", "all summer"];

    private static readonly string[] First =
        ["The {0} is a {1} {2}.", "People call the {0} a {1} {2}.", "Everyone knows the {0} as a {1} {2}.", "Our {0} looks like a {1} {2}."];

    private static readonly string[] Second = ["It lives {0}.", "It can be found {0}.", "Its home is {0}.", "You will meet it {0}."];

    private static readonly string[] Third = ["It eats {0} {1}.", "It looks for {0} {1}.", "It needs {0} {1}.", "Children bring it {0} {1}."];

    private static readonly string[] Hedges = ["I am not sure, but I guess ", "I am not sure, but maybe "];

    private static readonly string[] Pronouns = ["It is a {1} {2}.", "This is a {1} {2}."];

    private static readonly string[] Closings = ["I hope that this answer helps you.", "I hope that this is what you need."];

    /// <summary>All words of the sentences, so that no topic is one of them.</summary>
    public static IEnumerable<string> Words => string.Join(' ', [.. Adjectives, .. Kinds, .. Places, .. Foods, .. Times, .. First, .. Second, .. Third, .. Hedges, .. Pronouns, .. Closings])
        .ToLowerInvariant().Split([' ', '.', ',', '{', '}'], StringSplitOptions.RemoveEmptyEntries).Distinct();

    /// <summary>An answer.</summary>
    /// <param name="topic">What it is about.</param>
    /// <param name="sentences">How many sentences were asked for, 1 to 3.</param>
    /// <param name="style">How it is written.</param>
    /// <param name="random">Chooses between forms of a flaw.</param>
    public static string Answer(string topic, int sentences, DemoStyle style, DemoRandom random)
    {
        string[] told = [.. Sentences(topic).Take(sentences)];
        string text = string.Join(' ', told);
        return style switch
        {
            DemoStyle.Short when sentences > 1 => string.Join(' ', told.SkipLast(1)),
            DemoStyle.Short or DemoStyle.Vague => string.Join(' ', told.Skip(1).Prepend(Opening(Pronouns[random.Percent(75) ? 0 : 1], topic))),
            DemoStyle.Hedging => Hedges[random.Percent(75) ? 0 : 1] + char.ToLowerInvariant(text[0]) + text[1..],
            DemoStyle.Chatty => text + " " + Closings[random.Percent(75) ? 0 : 1],
            _ => text,
        };
    }

    /// <summary>A plain text that names its topic in every sentence.</summary>
    public static string Text(string topic)
    {
        string[] sentences = Sentences(topic);
        return string.Join(' ', sentences.Select((s, i) => i == 0 ? s : Named(s, topic)));
    }

    private static string Named(string sentence, string topic) => sentence
        .Replace("It ", $"The {topic} ", StringComparison.Ordinal).Replace("Its ", $"The {topic} has a ", StringComparison.Ordinal)
        .Replace(" a home is ", " a home ", StringComparison.Ordinal).Replace(" it ", $" the {topic} ", StringComparison.Ordinal);

    private static string[] Sentences(string topic)
    {
        int first = topic[0] - 'a';
        int last = topic[^1] - 'a';
        return
        [
            Opening(First[first % First.Length], topic),
            Fill(Second[last % Second.Length], At(Places, first)),
            Fill(Third[(first + last) % Third.Length], At(Foods, last), At(Times, first)),
        ];
    }

    private static string Opening(string form, string topic) => Fill(form, topic, At(Adjectives, topic[0] - 'a'), At(Kinds, topic[^1] - 'a'));

    private static string At(string[] items, int index) => items[index % items.Length];

    private static string Fill(string form, params object[] values) => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, values);
}
