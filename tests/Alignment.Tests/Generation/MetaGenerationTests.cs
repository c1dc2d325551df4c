using Alignment.Generation;
using Alignment.Models;
using Alignment.Tests.Meta;
using Alignment.Tests.Models;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Generation;

/// <summary>
/// Greedy steps with a cache on the meta device, where reading back throws. Draws are made on the CPU from logits that are
/// read; that reading is what a real device pays per step.
/// </summary>
public sealed class MetaGenerationTests
{
    public MetaGenerationTests() => MetaKernels.Install();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Steps_OnMeta_ReadNothingBack(ScalarType dtype)
    {
        using CausalModel model = TinyModel.Create(dtype: dtype, device: META);
        using var noGradients = no_grad();
        using var cache = new KvCache(model.Config, 2, dtype, META);
        using (DisposeScope scope = NewDisposeScope())
        {
            using TokenLayout start = TokenLayout.RightPadded([63, 40], 63, META);
            Tensor next = Step(zeros([2, 63], dtype: ScalarType.Int64, device: META), start); // [2, 1]
            for (int i = 0; i < 4; i++)
            {
                using TokenLayout layout = TokenLayout.Continuing(cache.Lengths, 1, META);
                next = Step(next, layout);
            }

            Assert.Equal([2, 1], next.shape);
            Assert.All(scope.DisposablesView.OfType<Tensor>(), tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        }

        Assert.Equal([67, 44], cache.Lengths);
        Assert.Empty(MetaKernels.Strays);

        Tensor Step(Tensor ids, TokenLayout layout) => RowBatch.NextLogits(model, ids, layout, cache).argmax(-1, true);
    }
}
