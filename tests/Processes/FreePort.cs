using System.Net;
using System.Net.Sockets;

namespace Alignment.Processes;

/// <summary>A loopback port for a program that can not choose one by itself, or that has to come back on the same one.</summary>
internal static class FreePort
{
    /// <summary>A port that nobody listens on now.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
