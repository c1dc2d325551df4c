using Alignment.Shared.Preferences;
using Alignment.Shared.Rules;

namespace Alignment.Shared.Tests.Rules;

public class DemoRuleTests
{
    private static readonly IRule Rule = Alignment.Shared.Rules.Rules.Find("demo");

    [Theory]
    [InlineData("Tell me about the fox in two sentences.", "The fox is small. It lives by the sea.", 1)]
    [InlineData("Tell me about the fox in one sentence.", "Our Fox looks like a small hunter!", 1)]
    [InlineData("What is the fox?", "The fox is an animal. It is small.", 1)]
    [InlineData("Tell me about the fox in two sentences.", "The wolf is small. It lives by the sea.", 0.3)]
    [InlineData("Tell me about the fox in two sentences.", "I guess the fox is small. It lives by the sea.", 0.3)]
    [InlineData("Tell me about the fox in two sentences.", "The fox is small.", 0.3)]
    [InlineData("Tell me about the fox in two sentences.", "The fox is small. It lives by the", 0.3)]
    [InlineData("Tell me about the fox in one sentence.", "Maybe the foxes are small. I am not sure.", 0)]
    [InlineData("Tell me about the fox in one sentence.", "", 0.15)]
    [InlineData("Say hello.", "Hello.", 0.3)]
    public void Score_AnswersWithAndWithoutFlaws_OnlyAllThreeReachTheLimit(string prompt, string answer, double expected)
    {
        Message[] conversation = [new(Roles.User, prompt)];

        Assert.Equal(expected, Rule.Score(conversation, answer), 12);
        Assert.Equal(expected >= 0.5, Rule.Accepts(conversation, answer));
    }

    [Fact]
    public void Score_SeveralTurns_TheLastQuestionCounts()
    {
        Message[] conversation =
        [
            new(Roles.User, "Tell me about the wolf in one sentence."), new(Roles.Assistant, "The wolf is large."),
            new(Roles.User, "Tell me about the fox in one sentence."),
        ];

        Assert.Equal(1, Rule.Score(conversation, "The fox is small."));
        Assert.Equal(0.3, Rule.Score(conversation, "The wolf is large."), 12);
    }

    [Fact]
    public void Find_UnknownName_NamesTheKnownOnes() =>
        Assert.Contains("demo", Assert.Throws<UserError>(() => Alignment.Shared.Rules.Rules.Find("none")).Message, StringComparison.Ordinal);
}
