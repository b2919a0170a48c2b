using System.Net.NetworkInformation;

namespace Roost.Servers;

public static class Ports
{
    // Below the range from which the kernel gives ports to connections, and below the servers of ops/run and ops/test (20000 and above).
    const int First = 10_000;
    const int Last = 19_999;

    static readonly DirectoryInfo Claims = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"roost-ports-{Environment.UserName}"));
    static readonly List<FileStream> held = [];

    /// <summary>
    /// A port that is free now and stays so until somebody here listens on it: test projects run side by side, and
    /// whoever only looked would find another project's process behind its address. Claimed until this process ends.
    /// </summary>
    public static int Free()
    {
        for (;;)
        {
            var port = Random.Shared.Next(First, Last + 1);
            if (Claimed(port) && !IsTaken(port)) return port;
        }
    }

    static bool Claimed(int port)
    {
        try
        {
            // The system gives the lock back however this process ends.
            var claim = new FileStream(Path.Combine(Claims.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            lock (held) held.Add(claim);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static bool IsTaken(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);
}
