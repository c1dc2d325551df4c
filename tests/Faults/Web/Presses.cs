using System.Collections.Concurrent;

namespace Alignment.Faults.Tests;

/// <summary>The presses that the server acknowledged, by key.</summary>
internal sealed class Presses
{
    private readonly ConcurrentBag<string> _acknowledged = [];

    public int Count => _acknowledged.Count;

    public IEnumerable<string> Acknowledged => _acknowledged;

    public void Acknowledge(string key) => _acknowledged.Add(key);

    /// <summary>Waits until this many were acknowledged.</summary>
    public async Task WaitForAsync(int count, TimeSpan patience)
    {
        for (DateTime end = DateTime.UtcNow + patience; Count < count; await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < end, $"only {Count} of {count} judgments were acknowledged");
        }
    }
}
