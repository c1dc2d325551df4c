using Alignment.Losses;
using Alignment.Shared;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Tests.Losses;

public class PairLossesTests
{
    private static readonly PairLossOptions Options = new(0.3);

    public static TheoryData<string> Names => [.. PairLosses.All.Select(loss => loss.Name), "sft"];

    /// <summary>A loss by the name that TRL gives it.</summary>
    internal static PairLoss Find(string name) => name == SftTerm.Definition.Name ? SftTerm.Definition : PairLosses.Find(name);

    [Fact]
    public void All_AgainstTheNamesOfRuns_AreTheSame()
    {
        IEnumerable<string> names = typeof(LossNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(names.Order(), PairLosses.All.Select(loss => loss.Name).Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void Compute_MovedLogps_GradientIsTheFiniteDifference(string name)
    {
        using var scope = NewDisposeScope();
        PairLoss loss = Find(name);
        PairLossOptions options = Options with { LabelSmoothing = loss.UsesLabelSmoothing ? 0.15 : 0 };
        double[][] columns = [[-20.5, -3.1, -3.0, -30.0], [-22.0, -4.5, -8.0, -29.0], [-19.0, -3.3, -9.9, -31.0], [-21.0, -4.4, -8.4, -28.0], [7, 2, 5, 11], [8, 3, 2, 12]];
        PairLossResult result = loss.Compute(Logps(columns), options);
        foreach ((int side, double[] gradient) in new[] { (0, result.GradChosen.Doubles()), (1, result.GradRejected.Doubles()) })
        {
            for (int pair = 0; pair < 4; pair++)
            {
                double Value(double step)
                {
                    double[][] moved = [.. columns.Select(column => (double[])column.Clone())];
                    moved[side][pair] += step;
                    return loss.Compute(Logps(moved), options).PerPair.Doubles().Sum();
                }

                Assert.Equal((Value(1e-5) - Value(-1e-5)) / 2e-5, gradient[pair], 1e-7);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Compute_PolicyIsReference_GivesTheKnownValueAndNoReward(string name)
    {
        using var scope = NewDisposeScope();
        PairLoss loss = Find(name);
        PairLossResult result = loss.Compute(Logps([[-5, -9], [-7, -2], [-5, -9], [-7, -2], [3, 4], [5, 1]]), Options);
        Assert.All(result.ChosenRewards.Doubles().Concat(result.RejectedRewards.Doubles()), reward => Assert.Equal(0, reward));
        if (loss.ValueAtReference is not null)
        {
            Assert.All(result.PerPair.Doubles(), value => Assert.Equal(loss.ValueAtReference(Options), value, 1e-12));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Compute_FarApart_StaysFinite(string name)
    {
        using var scope = NewDisposeScope();
        PairLossResult result = Find(name).Compute(Logps([[-1, -90000], [-90000, -1], [-500, -500], [-500, -500], [9, 9], [9, 9]]), new PairLossOptions(1));
        Assert.All(result.PerPair.Doubles().Concat(result.GradChosen.Doubles()).Concat(result.GradRejected.Doubles()), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Sigmoid_KnownMargins_GivesThePublishedValues()
    {
        using var scope = NewDisposeScope();
        PairLossResult result = SigmoidLoss.Compute(Logps([[-0.5, -0.5, -0.5], [-0.5, -1.5, -2.5], [-1, -1, -1], [-1, -1, -1], [1, 1, 1], [1, 1, 1]]), new PairLossOptions(1));
        Assert.Equal([0.693147, 0.313262, 0.126928], result.PerPair.Doubles().Select(value => Math.Round(value, 6)));
    }

    [Fact]
    public void Sft_MeanOverPairs_IsTheMeanOverTheChosenTokens()
    {
        using var scope = NewDisposeScope();
        PairLossResult result = SftTerm.Compute(Logps([[-6, -9], [-7, -2], [-4, -9], [-7, -3], [2, 4], [5, 1]]), Options);
        Assert.Equal(15.0 / 6, result.PerPair.Doubles().Average(), 1e-12);
    }

    [Fact]
    public void Sum_OfTwo_IsTheWeightedSum()
    {
        using var scope = NewDisposeScope();
        PairLogps logps = Logps([[-5, -9], [-7, -2], [-4, -9], [-7, -3], [3, 4], [5, 1]]);
        PairLossResult first = SigmoidLoss.Compute(logps, Options);
        PairLossResult second = SftTerm.Compute(logps, Options);
        PairLossResult sum = PairLosses.Sum([(SigmoidLoss.Definition, 2), (SftTerm.Definition, 0.5)], logps, Options);
        Assert.Equal((first.PerPair * 2 + second.PerPair * 0.5).Doubles(), sum.PerPair.Doubles());
        Assert.Equal((first.GradChosen * 2 + second.GradChosen * 0.5).Doubles(), sum.GradChosen.Doubles());
        Assert.Equal((first.GradRejected * 2).Doubles(), sum.GradRejected.Doubles());
        Assert.Equal(first.ChosenRewards.Doubles(), sum.ChosenRewards.Doubles());
    }

    [Fact]
    public void Check_SigmoidWithLabelSmoothing_NamesTheConservativeLoss()
    {
        UserError error = Assert.Throws<UserError>(() => PairLosses.Check(PairLosses.Find("sigmoid"), new PairLossOptions(0.1, 0.1)));
        Assert.Contains("cdpo", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hinge", 0.1, 0.1, "label_smoothing")]
    [InlineData("ipo", 0.1, 0.2, "label_smoothing")]
    [InlineData("cdpo", 0.1, 0.5, "label_smoothing")]
    [InlineData("robust", 0.1, -0.1, "label_smoothing")]
    [InlineData("sigmoid", 0, 0, "beta")]
    [InlineData("sigmoid", double.NaN, 0, "beta")]
    public void Check_OptionIgnoredOrOutOfRange_IsAnErrorThatNamesIt(string name, double beta, double smoothing, string key)
    {
        UserError error = Assert.Throws<UserError>(() => PairLosses.Check(PairLosses.Find(name), new PairLossOptions(beta, smoothing)));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_UnknownName_ListsThoseThereAre()
    {
        UserError error = Assert.Throws<UserError>(() => PairLosses.Find("sigmoit"));
        Assert.Contains("sigmoid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sum_ColumnAgainstVector_IsRefused()
    {
        using var scope = NewDisposeScope();
        PairLogps logps = Logps([[-5, -9], [-7, -2], [-4, -9], [-7, -3], [3, 4], [5, 1]]);
        Assert.Throws<ArgumentException>(() => PairLosses.Sum([(SigmoidLoss.Definition, 1)], logps with { ReferenceChosen = logps.ReferenceChosen.unsqueeze(1) }, Options));
    }

    private static PairLogps Logps(double[][] columns)
    {
        Tensor[] vectors = [.. columns.Select(column => TensorValues.Vector(column))];
        return new PairLogps(vectors[0], vectors[1], vectors[2], vectors[3], vectors[4], vectors[5]);
    }
}
