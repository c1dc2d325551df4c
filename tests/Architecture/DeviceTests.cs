using System.Text.RegularExpressions;

namespace Alignment.Architecture.Tests;

/// <summary>Every tensor is made on a named device: a factory call without one would silently make a CPU tensor on a GPU run.</summary>
public partial class DeviceTests
{
    [Fact]
    public void TensorFactories_NameTheirDevice()
    {
        string[] offenders = [.. Sources.Files("src/Alignment", ".cs").SelectMany(Offenders)];

        Assert.Empty(offenders);
    }

    [Theory]
    [InlineData("Tensor x = zeros(2, 3);", 1)]
    [InlineData("Tensor x = torch.arange(5, dtype: ScalarType.Int64);", 1)]
    [InlineData("Tensor x = zeros([2, 3], dtype: F(a, b), device: device);", 0)]
    [InlineData("Tensor x = zeros_like(y);", 0)]
    [InlineData("// zeros(2)", 0)]
    public void Scan_FindsFactoriesWithoutDevice(string line, int expected) => Assert.Equal(expected, Scan(line).Count());

    private static IEnumerable<string> Offenders(string file) => Scan(Sources.Text(file)).Select(offender => $"{file}:{offender}");

    private static IEnumerable<string> Scan(string text)
    {
        if (!text.Contains("TorchSharp", StringComparison.Ordinal) && text.Contains("namespace", StringComparison.Ordinal))
        {
            yield break;
        }

        text = Comment().Replace(text, match => new string(' ', match.Length));
        foreach (Match match in Factory().Matches(text))
        {
            int open = match.Index + match.Length - 1;
            string arguments = text[open..Close(text, open)];
            if (!arguments.Contains("device:", StringComparison.Ordinal))
            {
                yield return $"{text[..match.Index].Count(character => character == '\n') + 1}: {match.Groups[1].Value}(…) names no device";
            }
        }
    }

    private static int Close(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return text.Length;
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w.])(?:torch\.)?(zeros|ones|empty|full|eye|arange|linspace|rand|randn|randint|randperm|normal|tensor|from_array|as_tensor|tril_indices|empty_strided)\(")]
    private static partial Regex Factory();
}
