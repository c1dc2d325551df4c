using Alignment.Data;
using Alignment.Models;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Tests.Training;

public class StepZeroAuditTests
{
    private static readonly AuditOptions Options = new(ReferenceIsPolicy: true, Exact: true, TrainingPass: true, Beta: 0.1);
    private static readonly BatchPlan Plan = new(4, 2) { Shuffle = false };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Check_SoundRun_Passes(bool sharePrompt)
    {
        using var loop = new TinyLoop(Plan, sharePrompt: sharePrompt);
        StepZeroAudit.CheckRows(Problems(loop));
        StepZeroAudit.CheckValues(loop.Parts, loop.FirstStep(), Options);
        Assert.Equal(0, loop.Parameters.Gradient.abs().max().ToDouble());
    }

    [Fact]
    public void CheckRows_DoubleBos_StopsWithTheRows()
    {
        using var loop = new TinyLoop(Plan, plant: pair => pair.Line % 2 == 0 ? pair : pair with
        {
            Chosen = new EncodedSequence([0, 0, .. pair.Chosen.Ids], [false, false, .. pair.Chosen.Mask]),
        });
        AuditError error = Assert.Throws<AuditError>(() => StepZeroAudit.CheckRows(Problems(loop).Select(row => (row.Name, row.Problems.Where(p => p.StartsWith("double", StringComparison.Ordinal))))));
        Assert.StartsWith("double BOS", error.Problem, StringComparison.Ordinal);
        Assert.Equal((loop.Texts.Length + 1) / 2, error.Rows.Count);
    }

    [Fact]
    public void CheckRows_EmptyCompletion_StopsWithTheRow()
    {
        using var loop = new TinyLoop(Plan, plant: pair => pair.Line != 3 ? pair : pair with
        {
            Rejected = new EncodedSequence(pair.Rejected.Ids[..pair.Rejected.PromptLength], new bool[pair.Rejected.PromptLength]),
        });
        AuditError error = Assert.Throws<AuditError>(() => StepZeroAudit.CheckRows(Problems(loop)));
        Assert.StartsWith("empty completion (rejected)", error.Problem, StringComparison.Ordinal);
        Assert.Equal([loop.Rows.Name(2)], error.Rows);
    }

    [Fact]
    public void CheckRows_MaskShiftedByOne_StopsWithTheRows()
    {
        using var loop = new TinyLoop(Plan, plant: pair => pair with { Chosen = new EncodedSequence(pair.Chosen.Ids, [.. pair.Chosen.Mask[1..], true]) });
        AuditError error = Assert.Throws<AuditError>(() => StepZeroAudit.CheckRows(Problems(loop)));
        Assert.StartsWith("the mask is shifted", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckBatch_TargetsShiftedByOne_Stops()
    {
        using var loop = new TinyLoop(Plan);
        SequenceBatch sound = loop.Rows.Collate([0, 1]);
        var shifted = new SequenceBatch
        {
            Source = sound.Source,
            Rows = sound.Rows,
            Columns = sound.Columns,
            Ids = sound.Ids,
            Segments = sound.Segments,
            Targets = sound.Targets,
            CompletionLengths = sound.CompletionLengths,
            Tokens = sound.Tokens,
            Predictors = [.. sound.Predictors.Select(p => p + 1)],
        };
        StepZeroAudit.CheckBatch(sound, loop.Rows);
        Assert.StartsWith("the mask is shifted", Assert.Throws<AuditError>(() => StepZeroAudit.CheckBatch(shifted, loop.Rows)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckValues_DropoutLeftOn_IsNamed()
    {
        using var loop = new TinyLoop(Plan);
        LinearSlot slot = loop.Model.Decoder.Linears.Values.First();
        slot.Map = new DroppingMap(slot.Map);
        AuditError error = Assert.Throws<AuditError>(() => StepZeroAudit.CheckValues(loop.Parts, loop.FirstStep(), Options));
        Assert.Contains("dropout was left on", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CheckValues_WrongReference_IsNamedWithTheRow(bool exact)
    {
        using var loop = new TinyLoop(Plan);
        ((PairSet)loop.Rows).Reference!.Rejected[1] += exact ? 0.01 : 2;
        AuditError error = Assert.Throws<AuditError>(() => StepZeroAudit.CheckValues(loop.Parts, loop.FirstStep(), Options with { Exact = exact }));
        Assert.StartsWith("wrong reference", error.Problem, StringComparison.Ordinal);
        Assert.Equal([loop.Rows.Name(1)], error.Rows);
        StepZeroAudit.CheckValues(loop.Parts, loop.FirstStep(), Options with { ReferenceIsPolicy = false });
    }

    private static IEnumerable<(string Name, IEnumerable<string> Problems)> Problems(TinyLoop loop) =>
        ((PairSet)loop.Rows).Pairs.Select((pair, row) => (loop.Rows.Name(row), loop.Encoder.Audit(loop.Texts[pair.Line - 1], pair)));

    private sealed class DroppingMap(LinearMap inner) : LinearMap
    {
        public override Tensor Forward(Tensor x) => inner.Forward(Functional.dropout(x, 0.1, training: true));
    }
}
