using Alignment.Adapters;
using Alignment.Models;
using Alignment.Training;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Tests.Training;

public class CompletionLogpsTests
{
    private const int Rows = 3, Columns = 7, Width = 5, Vocabulary = 11;

    [Theory]
    [InlineData(1, false)]
    [InlineData(33, true)]
    [InlineData(100000, true)]
    public void Backward_AnyChunk_IsAutogradsGradient(long chunkElements, bool onePass)
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        (Tensor logps, Tensor hiddenGradient) = test.Run(chunkElements, onePass);
        (Tensor expectedLogps, Tensor expectedHidden, Tensor expectedWeight, Tensor expectedBias) = test.ByAutograd();
        Assert.True(TensorValues.RelativeToLargest(logps, expectedLogps) < 1e-12);
        Assert.True(TensorValues.RelativeToLargest(hiddenGradient, expectedHidden) < 1e-12);
        Assert.True(TensorValues.RelativeToLargest(test.WeightGradient, expectedWeight) < 1e-12);
        Assert.True(TensorValues.RelativeToLargest(test.BiasGradient, expectedBias) < 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100000)]
    public void Logps_Hits_AreTheTargetsThatNoTokenBeats(long chunkElements)
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        using CompletionTokens tokens = test.Tokens();
        using CompletionLogps path = test.Path(chunkElements);
        Tensor best = test.Head.Slot.Forward(test.Hidden).flatten(0, 1)[tokens.Positions].argmax(1); // [M]
        double[] expected = best.eq(tokens.Targets).to(ScalarType.Float64).Doubles();
        Tensor once = full(tokens.Count, double.NaN, dtype: ScalarType.Float64, device: CPU), again = once.clone();
        path.Logps(test.Hidden, tokens, once);
        path.ForwardBackward(test.Hidden, tokens, test.Factors, again);
        Assert.Equal(expected, once.Doubles());
        Assert.Equal(expected, again.Doubles());
    }

    [Fact]
    public void Backward_MovedHiddenState_IsTheFiniteDifference()
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        double[] gradient = test.Run(100000, onePass: false).HiddenGradient.Doubles();
        double Value(int at, double step)
        {
            using Tensor moved = test.Hidden.clone();
            moved.view(-1)[at] += step;
            using CompletionTokens tokens = test.Tokens();
            return (test.Path(100000).Logps(moved, tokens) * test.Factors).Doubles().Sum();
        }

        foreach (int at in new[] { 0, 12, 37, Rows * Columns * Width - 1 })
        {
            Assert.Equal((Value(at, 1e-6) - Value(at, -1e-6)) / 2e-6, gradient[at], 1e-7);
        }
    }

    [Fact]
    public void Backward_FrozenHead_GivesTheSameHiddenGradientAndNoOther()
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        Tensor trained = test.Run(33, onePass: false).HiddenGradient;
        test.WeightGradient.zero_();
        Tensor frozen = test.Run(33, onePass: false, frozen: true).HiddenGradient;
        Assert.True(TensorValues.RelativeToLargest(frozen, trained) < 1e-13);
        Assert.All(test.WeightGradient.Doubles(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Backward_TwoPassesInterleaved_AreThoseOfOneAfterTheOther()
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        using CompletionTokens tokens = test.Tokens();
        using CompletionLogps path = test.Path(100000);
        Tensor alone = path.Forward(test.Hidden, tokens).Backward(test.Factors);
        CompletionPass first = path.Forward(test.Hidden, tokens);
        path.Forward(test.Hidden * 2, tokens);
        path.Logps(test.Hidden * 3, tokens);
        Assert.Equal(alone.Doubles(), first.Backward(test.Factors).Doubles());
        CompletionPass second = path.Forward(test.Hidden, tokens);
        path.Logps(test.Hidden * 3, tokens);
        Assert.Equal(alone.Doubles(), second.Backward(test.Factors).Doubles());
    }

    [Fact]
    public void Backward_OnePositionPredictsTwoTokens_AddsBoth()
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        using CompletionTokens both = CompletionTokens.Create([3, 3], [2, 7], [1, 1], CPU);
        using CompletionTokens one = CompletionTokens.Create([3], [2], [1], CPU);
        using CompletionTokens other = CompletionTokens.Create([3], [7], [1], CPU);
        using CompletionLogps path = test.Path(100000);
        Tensor Gradient(CompletionTokens tokens, params double[] factors) => path.Forward(test.Hidden, tokens).Backward(TensorValues.Vector(factors));
        Tensor expected = Gradient(one, 0.5) + Gradient(other, -2);
        Assert.True(TensorValues.RelativeToLargest(Gradient(both, 0.5, -2), expected) < 1e-14);
    }

    [Fact]
    public void Backward_InBf16_IsCloseToFp64AndAccumulatesInFp32()
    {
        using var scope = NewDisposeScope();
        using var exact = new Problem(ScalarType.Float64);
        using var test = new Problem(ScalarType.BFloat16);
        Tensor expected = exact.Run(100000, onePass: false).HiddenGradient;
        (Tensor logps, Tensor hiddenGradient) = test.Run(100000, onePass: false);
        Assert.Equal(ScalarType.Float32, logps.dtype);
        Assert.Equal(ScalarType.BFloat16, hiddenGradient.dtype);
        Assert.Equal(ScalarType.Float32, test.WeightGradient.dtype);
        Assert.True(TensorValues.RelativeToLargest(hiddenGradient.to(ScalarType.Float64), expected) < 0.03);
        Assert.True(TensorValues.RelativeToLargest(test.WeightGradient.to(ScalarType.Float64), exact.WeightGradient) < 0.03);
    }

    [Fact]
    public void Backward_NearlyCertainTokenInBf16_KeepsItsSmallGradient()
    {
        using var scope = NewDisposeScope();
        var head = new Head(new Weight("head", (eye(4, dtype: ScalarType.Float32, device: CPU) * 8).to(ScalarType.BFloat16)), null, tied: false);
        using CompletionTokens tokens = CompletionTokens.Create([0], [1], [1], CPU);
        using var path = new CompletionLogps(head, _ => null);
        Tensor hidden = tensor([0f, 1f, 0f, 0f], [1, 1, 4], device: CPU).to(ScalarType.BFloat16);
        double[] gradient = path.Forward(hidden, tokens).Backward(TensorValues.Vector([1], ScalarType.Float32)).Doubles();
        double missing = 3 * Math.Exp(-8) / (1 + 3 * Math.Exp(-8)); // 1 − p, far below bf16's distance from 1
        Assert.Equal(8 * missing, gradient[1], 8 * missing * 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100000)]
    public void Backward_AdapterOnTheHead_IsAutogradsGradient(long chunkElements)
    {
        using var scope = NewDisposeScope();
        using var test = new Problem(ScalarType.Float64);
        var a = new Weight("a", Problem.Values([2, Width], ScalarType.Float64, 0.9).requires_grad_(true));
        var b = new Weight("b", Problem.Values([Vocabulary, 2], ScalarType.Float64, 0.7).requires_grad_(true));
        var inner = (Linear)test.Head.Slot.Map;
        test.Head.Slot.Map = new LoraLinear(inner, a, b, 1.5, 0, new LoraSwitch());
        (Tensor logps, Tensor hiddenGradient) = test.Run(chunkElements, onePass: false, frozen: true);
        (double[] gradA, double[] gradB) = (a.Value.grad!.Doubles(), b.Value.grad!.Doubles());
        a.Value.grad!.zero_();
        b.Value.grad!.zero_();
        (Tensor expectedLogps, Tensor expectedHidden, _, _) = test.ByAutograd();
        Assert.True(TensorValues.RelativeToLargest(logps, expectedLogps) < 1e-12);
        Assert.True(TensorValues.RelativeToLargest(hiddenGradient, expectedHidden) < 1e-12);
        Assert.Equal(a.Value.grad!.Doubles(), gradA, (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(b.Value.grad!.Doubles(), gradB, (x, y) => Math.Abs(x - y) < 1e-12);
    }

    [Fact]
    public void Run_ManyTimes_KeepsNoTensorAndGivesTheSameBits()
    {
        using var outer = NewDisposeScope();
        using var test = new Problem(ScalarType.Float32);
        using CompletionLogps path = test.Path(50);
        double[] first = [];
        long before = 0;
        for (int i = 0; i < 20; i++)
        {
            using var scope = NewDisposeScope();
            using CompletionTokens tokens = test.Tokens();
            test.WeightGradient.zero_();
            Tensor hiddenGradient = path.Forward(test.Hidden, tokens).Backward(test.Factors);
            path.ForwardBackward(test.Hidden, tokens, test.Factors);
            path.Logps(test.Hidden, tokens);
            double[] now = [.. hiddenGradient.Doubles(), .. test.WeightGradient.Doubles()];
            first = i == 0 ? now : first;
            Assert.Equal(first, now);
            before = i == 2 ? TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount : before;
            Assert.True(i <= 2 || TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount == before);
        }
    }

    [Fact]
    public void FromRows_MaskAtTheFirstPosition_IsNeverPredicted()
    {
        using CompletionTokens tokens = CompletionTokens.FromRows([[5, 6, 7], [8, 9, 10]], [[true, false, true], [false, true, true]], CPU);
        Assert.Equal([1, 2], tokens.Lengths);
        Assert.Equal([1.0, 3, 4], tokens.Positions.Doubles());
        Assert.Equal([7.0, 9, 10], tokens.Targets.Doubles());
        Assert.Equal([0.0, 1, 1], tokens.Owners.Doubles());
    }

    [Fact]
    public void Create_NoToken_IsRefused() => Assert.Throws<ArgumentException>(() => CompletionTokens.Create([], [], [], CPU));

    /// <summary>A small head with bias, three rows of hidden states, and a factor per token.</summary>
    private sealed class Problem : IDisposable
    {
        private static readonly int[][] Ids = [[1, 4, 9, 3, 3, 0, 2], [5, 10, 0, 7, 2, 2, 1], [8, 8, 6, 1, 0, 4, 9]];

        public Problem(ScalarType dtype)
        {
            Hidden = Values([Rows, Columns, Width], dtype, 1.3).DetachFromDisposeScope();
            Head = new Head(new Weight("head", Values([Vocabulary, Width], dtype, 0.8)), new Weight("bias", Values([Vocabulary], dtype, 0.5)), tied: false);
            ScalarType wide = dtype == ScalarType.Float64 ? dtype : ScalarType.Float32;
            WeightGradient = zeros(Vocabulary, Width, dtype: wide, device: CPU).DetachFromDisposeScope();
            BiasGradient = zeros(Vocabulary, dtype: wide, device: CPU).DetachFromDisposeScope();
            using CompletionTokens tokens = Tokens();
            Factors = Values([tokens.Count], wide, 0.6).DetachFromDisposeScope();
        }

        public Tensor Hidden { get; }

        public Head Head { get; }

        public Tensor WeightGradient { get; }

        public Tensor BiasGradient { get; }

        public Tensor Factors { get; }

        /// <summary>Numbers that look like noise and are the same for every dtype.</summary>
        public static Tensor Values(long[] shape, ScalarType dtype, double scale)
        {
            long count = shape.Aggregate(1L, (product, n) => product * n);
            double[] values = [.. Enumerable.Range(0, (int)count).Select(i => scale * Math.Sin(12.9898 * i + scale) * Math.Cos(7.233 * i))];
            return tensor(values, shape, device: CPU).to(dtype);
        }

        public CompletionTokens Tokens() => CompletionTokens.FromRows(Ids, [.. Ids.Select((row, n) => row.Select((_, t) => t > n).ToArray())], CPU);

        public CompletionLogps Path(long chunkElements, bool frozen = false) =>
            new(Head, weight => frozen ? null : weight == Head.Weight ? WeightGradient.alias() : BiasGradient.alias(), chunkElements);

        public (Tensor Logps, Tensor HiddenGradient) Run(long chunkElements, bool onePass, bool frozen = false)
        {
            using CompletionTokens tokens = Tokens();
            using CompletionLogps path = Path(chunkElements, frozen);
            if (onePass)
            {
                return path.ForwardBackward(Hidden, tokens, Factors);
            }

            CompletionPass pass = path.Forward(Hidden, tokens);
            return (pass.TokenLogps, pass.Backward(Factors));
        }

        /// <summary>The same by full logits and autograd.</summary>
        public (Tensor Logps, Tensor Hidden, Tensor Weight, Tensor Bias) ByAutograd()
        {
            using CompletionTokens tokens = Tokens();
            Tensor hidden = Hidden.detach().clone().requires_grad_(true);
            Head.Weight.Value.requires_grad_(true);
            Head.Bias!.Value.requires_grad_(true);
            Tensor logSoftmax = Functional.log_softmax(Head.Slot.Forward(hidden), -1).flatten(0, 1);
            Tensor logps = logSoftmax[tokens.Positions].gather(1, tokens.Targets.unsqueeze(1)).squeeze(1);
            logps.backward([Factors]);
            return (logps.detach(), hidden.grad!, Head.Weight.Value.grad!, Head.Bias.Value.grad!);
        }

        public void Dispose()
        {
            foreach (Tensor tensor in new[] { Hidden, WeightGradient, BiasGradient, Factors, Head.Weight.Value, Head.Bias!.Value })
            {
                tensor.Dispose();
            }
        }
    }
}
