using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

/// <summary>Files with random damage are read or refused, and nothing else.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Rounds = 400;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("damaged-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void OpenGguf_RandomDamage_IsReadOrRefused() => Damage("gguf/broken/reference.gguf", path =>
    {
        using var scope = NewDisposeScope();
        using GgufFile file = GgufFile.Open(path);
        foreach (GgufTensor tensor in file.Tensors)
        {
            file.Read(tensor.Name);
        }
    });

    [Fact]
    public void OpenSafetensors_RandomDamage_IsReadOrRefused() => Damage("loading/reference/model.safetensors", path =>
    {
        using var scope = NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (string name in file.Names)
        {
            file.Read(name);
        }
    });

    private void Damage(string golden, Action<string> open)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine([GoldenData.Repository, "tests", "Goldens", .. golden.Split('/')]));
        var random = new Random(1);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = round % 4 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int i = round % 5; i > 0 && damaged.Length > 0; i--)
            {
                damaged[random.Next(Math.Min(damaged.Length, 800))] = (byte)random.Next(256);
            }

            string path = Path.Combine(_folder.FullName, "file" + Path.GetExtension(golden));
            File.WriteAllBytes(path, damaged);
            try
            {
                open(path);
            }
            catch (UserError e)
            {
                refused++;
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, Rounds / 4, Rounds - 1);
    }
}
