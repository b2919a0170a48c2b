using System.Net;
using System.Net.Sockets;

namespace Roost.Servers;

public static class Ports
{
    /// <summary>Free at this moment. Whoever can listen on port 0 should do that instead.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
