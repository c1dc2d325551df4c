using System.Buffers.Binary;
using System.Text;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact, Trait("suite", "golden")]
    public void Families_LoadedAndSaved_HaveTheIdenticalFile()
    {
        Assert.SkipUnless(GoldenData.Has("families"), "the folder has no families suite");
        var suite = new GoldenSuite("families/headers");
        foreach (string file in Directory.EnumerateFiles(GoldenData.At("families"), "model.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            suite.Case(Path.GetRelativePath(GoldenData.Root, file), [], () =>
            {
                using SafetensorsFile read = SafetensorsFile.Open(file);
                string copy = At("copy.safetensors");
                SafetensorsWriter.Write(copy, [.. read.Names.Reverse().Select(name => (name, read.Read(name)))], read.Metadata);
                Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(copy)), "the bytes differ");
            });
        }

        suite.Finish();
    }

    [Fact]
    public void Write_EveryDtype_IsReadBackAsItWas()
    {
        ScalarType[] dtypes =
        [
            ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Float16,
            ScalarType.BFloat16, ScalarType.Int32, ScalarType.Float32, ScalarType.Float64, ScalarType.Int64,
        ];
        Tensor source = tensor(new double[,] { { 0, 1, 1 }, { 100, 0, 7 } }, dtype: ScalarType.Float64, device: CPU);
        (string, Tensor)[] tensors = [.. dtypes.Select(dtype => (dtype.ToString(), source.to(dtype).t()))];
        SafetensorsWriter.Write(At("all.safetensors"), tensors);

        using SafetensorsFile file = SafetensorsFile.Open(At("all.safetensors"));
        Assert.Equal("Int64,Float64,Float32,Int32,BFloat16,Float16,Int16,Int8,Byte,Bool", string.Join(',', file.Names));
        Assert.Equal("pt", file.Metadata["format"]);
        foreach ((string name, Tensor tensor) in tensors)
        {
            Tensor read = file.Read(name);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.Equal([3, 2], read.shape);
            Assert.True(read.Equals(tensor), name);
        }
    }

    [Fact]
    public void Write_WithDtype_ConvertsOnlyFloatingPoint()
    {
        SafetensorsWriter.Write(At("a.safetensors"), [("w", ones(2, device: CPU)), ("ids", ones(2, dtype: ScalarType.Int64, device: CPU))], dtype: ScalarType.BFloat16);
        using SafetensorsFile file = SafetensorsFile.Open(At("a.safetensors"));
        Assert.Equal(("BF16", "I64"), (file.Info("w").Format, file.Info("ids").Format));
    }

    [Fact]
    public void Write_UnusualNames_StandInTheHeaderUnescaped()
    {
        (string, Tensor)[] tensors = [("größe/模型 🦙 <é>'&+", ones(1, device: CPU)), ("quote\" back\\ tab\t", zeros(0, 3, device: CPU))];
        SafetensorsWriter.Write(At("a.safetensors"), tensors);
        string header = Encoding.UTF8.GetString(File.ReadAllBytes(At("a.safetensors")));
        Assert.Contains("\"größe/模型 🦙 <é>'&+\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", header, StringComparison.Ordinal);
        Assert.Contains("\"quote\\\" back\\\\ tab\\t\":", header, StringComparison.Ordinal);
        using SafetensorsFile file = SafetensorsFile.Open(At("a.safetensors"));
        Assert.Equal([0, 3], file.Read(tensors[1].Item1).shape);
        Assert.Equal(1, file.Read(tensors[0].Item1).item<float>());
    }

    [Fact]
    public void Read_ThenWrittenTo_LeavesTheFileAlone()
    {
        SafetensorsWriter.Write(At("a.safetensors"), [("w", arange(5, dtype: ScalarType.Float32, device: CPU))]);
        using SafetensorsFile file = SafetensorsFile.Open(At("a.safetensors"));
        file.Read("w").fill_(9);
        using SafetensorsFile again = SafetensorsFile.Open(At("a.safetensors"));
        Assert.Equal([0, 1, 2, 3, 4], again.Read("w").data<float>().ToArray());
    }

    [Fact]
    public void Read_AfterDispose_TensorStillLives()
    {
        SafetensorsWriter.Write(At("a.safetensors"), [("w", ones(3, device: CPU))]);
        Tensor read;
        using (SafetensorsFile file = SafetensorsFile.Open(At("a.safetensors")))
        {
            read = file.Read("w", ScalarType.Float32, CPU);
        }

        Assert.Equal([1, 1, 1], read.data<float>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_HeaderOfAnyLength_IsRight(int spaces)
    {
        const string Header = """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"F32","shape":[2],"data_offsets":[3,11]}}""";
        WriteRaw("odd.safetensors", Header + new string(' ', spaces), [1, 2, 3, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]);
        using SafetensorsFile file = SafetensorsFile.Open(At("odd.safetensors"));
        Assert.Equal([1, 2, 3], file.Read("a").data<byte>().ToArray());
        Assert.Equal([1.5, -2], file.Read("b", ScalarType.Float64, CPU).data<double>().ToArray());
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "'b'", "unused")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "'b'", "shares bytes with 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "'a'", "twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 5, "3 bytes", "follow")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2.5],"data_offsets":[0,2]}}""", 2, "'a'", "2.5")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", 2, "'a'", "2 to 0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}}""", 2, "'a'", "data_offsets")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 2, "'a'", "F8_E4M3")]
    [InlineData("""[1]""", 0, "header", "object")]
    public void Open_ImpossibleHeader_NamesFileTensorAndProblem(string header, int data, string subject, string problem)
    {
        WriteRaw("bad.safetensors", header, new byte[data]);
        string message = Assert.Throws<UserError>(() => SafetensorsFile.Open(At("bad.safetensors"))).Message;
        Assert.Contains("bad.safetensors", message, StringComparison.Ordinal);
        Assert.Contains(subject, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OnAFullDisk_LeavesTheOldFileAndNothingElse()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        string path = At("a.safetensors");
        File.WriteAllText(path, "old");
        File.CreateSymbolicLink(path + ".tmp", "/dev/full");
        UserError error = Assert.Throws<UserError>(() => SafetensorsWriter.Write(path, [("w", ones(100_000, device: CPU))]));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void WriteRaw(string name, string header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetByteCount(header));
        File.WriteAllBytes(At(name), [.. length, .. Encoding.UTF8.GetBytes(header), .. data]);
    }
}
