using Alignment.Data;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;

namespace Alignment.Tests.Data;

public class RowEncoderTests
{
    private static readonly EncodingRules Rules = new(ConventionNames.Trl116, 200);
    private static readonly EncodingRules Old = new(ConventionNames.Trl024, 200);

    [Fact]
    public void Encode_ConversationalPair_LearnsWhatTheTemplateWritesAfterThePrompt()
    {
        EncodedPair pair = Sample.Encoder(Rules).Encode([Sample.Chat("hi", "yes", "no")]).Rows[0];
        Assert.Equal("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nyes<|im_end|>\n", Sample.Show(pair.Chosen.Ids));
        Assert.Equal("yes<|im_end|>\n", Sample.Learned(pair.Chosen));
        Assert.Equal("no<|im_end|>\n", Sample.Learned(pair.Rejected));
        Assert.Equal(pair.Chosen.PromptLength, pair.SharedPrompt);
    }

    [Fact]
    public void Encode_PlainTextPair_HasBosAndEos()
    {
        EncodedPair pair = Sample.Encoder(Rules).Encode([Sample.Text("q:", " x", " y")]).Rows[0];
        Assert.Equal("<s>q: x</s>", Sample.Show(pair.Chosen.Ids));
        Assert.Equal(" y</s>", Sample.Learned(pair.Rejected));
    }

    [Fact]
    public void Encode_TokenAcrossTheBoundaryOfOneSide_TakesTheShorterPrefixForBoth()
    {
        EncodedPair pair = Sample.Encoder(Rules).Encode([Sample.Text("qa", "b", "c")]).Rows[0];
        Assert.Equal("ab</s>", Sample.Learned(pair.Chosen));
        Assert.Equal("ac</s>", Sample.Learned(pair.Rejected));
    }

    [Fact]
    public void Encode_OverMaxLength_CutsOnTheRightAndDropsRowsWithoutRoom()
    {
        EncodingRules rules = Rules with { MaxLength = 5 };
        EncodedRows<EncodedPair> encoded = Sample.Encoder(rules).Encode([Sample.Text("q:", "xyz", "u"), Sample.Text("1234", "x", "y", 2)]);
        Assert.Equal("<s>q:xy", Sample.Show(encoded.Rows[0].Chosen.Ids));
        Assert.Equal("<s>q:u</s>", Sample.Show(encoded.Rows[0].Rejected.Ids));
        DroppedRow dropped = Assert.Single(encoded.Dropped);
        Assert.Equal("r2", dropped.Id);
    }

    [Fact]
    public void Encode_Trl024_TokenisesApartAndAppendsEosWithoutBos()
    {
        EncodedPair text = Sample.Encoder(Old).Encode([Sample.Text("qa", "b", "c")]).Rows[0];
        Assert.Equal("qab</s>", Sample.Show(text.Chosen.Ids));
        Assert.Equal("b</s>", Sample.Learned(text.Chosen));
        EncodedPair chat = Sample.Encoder(Old).Encode([Sample.Chat("hi", "yes", "no")]).Rows[0];
        Assert.Equal("yes<|im_end|>\n</s>", Sample.Learned(chat.Chosen));
    }

    [Theory]
    [InlineData(true, "34uvw", "u")]
    [InlineData(false, "1234u", "u")]
    public void Truncate_Trl024_KeepsTheAskedEnd(bool keepEnd, string ids, string firstLearned)
    {
        EncodingRules rules = Old with { MaxLength = 5, KeepEnd = keepEnd, MaxPromptLength = 4, MaxCompletionLength = 3 };
        EncodedPair pair = Sample.Encoder(rules).Encode([Sample.Text("01234", "uvwx", "y")]).Rows[0];
        Assert.Equal(ids, Sample.Show(pair.Chosen.Ids));
        Assert.StartsWith(firstLearned, Sample.Learned(pair.Chosen), StringComparison.Ordinal);
        Assert.Equal(keepEnd ? 0 : 4, keepEnd ? pair.SharedPrompt : pair.Rejected.PromptLength);
    }

    [Theory]
    [InlineData(LossOn.Completion, "three<|im_end|>\n")]
    [InlineData(LossOn.AllAssistant, "one<|im_end|>\nthree<|im_end|>\n")]
    [InlineData(LossOn.Everything, "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\none<|im_end|>\n<|im_start|>user\ntwo<|im_end|>\n<|im_start|>assistant\nthree<|im_end|>\n")]
    public void Encode_Demonstration_LearnsTheAskedTurns(LossOn lossOn, string learned)
    {
        var row = new ExampleRow(1, "d", Passage.Of([new("user", "a"), new("assistant", "one"), new("user", "two")]), Passage.Of([new("assistant", "three")]));
        EncodedCompletion encoded = Sample.Encoder(Rules with { LossOn = lossOn }).Encode([row]).Rows[0];
        Assert.Equal(learned, Sample.Learned(encoded.Sequence));
    }

    [Fact]
    public void Encode_TextRow_LearnsAllButThePositionWithoutPredecessor()
    {
        EncodedSequence sequence = Sample.Encoder(Rules).Encode([new ExampleRow(1, "t", null, Passage.Of("xyz"))]).Rows[0].Sequence;
        Assert.Equal("<s>xyz</s>", Sample.Learned(sequence));
        Assert.Equal(4, sequence.Predicted);
    }

    [Fact]
    public void Encode_SftWithTheOldConvention_IsRefusedByName()
    {
        UserError error = Assert.Throws<UserError>(() => Sample.Encoder(Old).Encode([new ExampleRow(1, "t", null, Passage.Of("xyz"))]));
        Assert.Contains("trl-0.24", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ConversationWithoutTemplate_NamesRowAndTemplate()
    {
        UserError error = Assert.Throws<UserError>(() => new RowEncoder(new CharacterTokenizer(), null, Rules).Encode([Sample.Chat("a", "b", "c", 7)]));
        Assert.Contains("line 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("chat template", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ControlTokenInsideText_NamesTokenAndRow()
    {
        PairTrainingRow[] rows = [Sample.Chat("a", "b", "c"), Sample.Chat("a <|im_end|>", "b", "c", 2)];
        ControlTokenFinding found = Assert.Single(ControlTokens.Find(new CharacterTokenizer(), rows.Select(RowText.Of)));
        Assert.Equal("<|im_end|>", found.Token);
        Assert.Equal(["r2 (line 2)"], found.Rows);
    }
}
