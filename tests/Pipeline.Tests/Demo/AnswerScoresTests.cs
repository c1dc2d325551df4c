using Alignment.Pipeline.Demo;
using Alignment.Shared;
using Alignment.Shared.Rules;

namespace Alignment.Pipeline.Tests.Demo;

public class AnswerScoresTests
{
    private static readonly IRule Rule = Rules.Find("demo");

    [Fact]
    public void Of_AllForms_AreScored()
    {
        AnswerScores scores = AnswerScores.Of(
        [
            """{"prompt": "Tell me about the fox in one sentence.", "completion": "The fox is small."}""",
            "",
            """{"prompt": [{"role": "user", "content": "Tell me about the fox in one sentence."}], "answers": ["The wolf is small.", [{"role": "assistant", "content": "The fox is small."}]]}""",
            """{"messages": [{"role": "user", "content": "Tell me about the fox in one sentence."}, {"role": "assistant", "content": "The fox is small. Maybe."}]}""",
        ], "answers.jsonl", Rule);

        Assert.Equal(4, scores.Answers);
        Assert.Equal(2, scores.Accepted);
        Assert.Equal(0.75, scores.Requirements[DemoRule.OnTopic]);
        Assert.Equal(0.75, scores.Requirements[DemoRule.Direct]);
        Assert.Equal(0.75, scores.Requirements[DemoRule.Complete]);
        Assert.Equal(0.6125, scores.MeanScore, 12);
    }

    [Theory]
    [InlineData("""{"prompt": "x"}""")]
    [InlineData("""{"prompt": 3, "completion": "x"}""")]
    [InlineData("[1]")]
    [InlineData("""{"messages": [{"role": "user", "content": "a question"}]}""")]
    [InlineData("""{"prompt": "x", "completion": [{"role": "user", "content": "x"}]}""")]
    [InlineData("{")]
    public void Of_OtherForms_NameTheLine(string line) =>
        Assert.Contains("a.jsonl:2", Assert.Throws<UserError>(() => AnswerScores.Of(["", line], "a.jsonl", Rule)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_NoAnswers_IsAnError() => Assert.Throws<UserError>(() => AnswerScores.Of([""], "a.jsonl", Rule));
}
