using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Roost.Servers;

namespace Roost.Bus.Tests.Persistence;

/// <summary>A wire to PostgreSQL that counts round trips, and that can lose the server's answers while questions still arrive.</summary>
sealed class Wire : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentBag<TcpClient> open = [];
    readonly string host;
    readonly int port;
    int roundTrips;
    volatile bool mute;

    Wire(string host, int port)
    {
        this.host = host;
        this.port = port;
        listener.Start();
        _ = Accept();
    }

    /// <summary>How often the client spoke after the server had; what it sends at once counts once.</summary>
    public int RoundTrips => Volatile.Read(ref roundTrips);

    public static Wire To(Postgres.Database database)
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new Wire(server.Host!, server.Port);
    }

    /// <summary>One connection, so that it is the same prepared one each time, and no patience.</summary>
    public string ConnectionString(Postgres.Database database) =>
        new NpgsqlConnectionStringBuilder(database.Through("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port))
        {
            MaxPoolSize = 1,
            CommandTimeout = 1,
            CancellationTimeout = 500,
            Timeout = 2,
            SslMode = SslMode.Disable,
        }.ConnectionString;

    public void LoseAnswers() => mute = true;

    public void CarryAnswers() => mute = false;

    async Task Accept()
    {
        try
        {
            while (true) _ = Carry(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task Carry(TcpClient near)
    {
        using var far = new TcpClient(host, port);
        open.Add(near);
        open.Add(far);
        near.NoDelay = far.NoDelay = true;
        var serverSpoke = true;
        await Task.WhenAny(
            Pump(near, far, () =>
            {
                if (!serverSpoke) return true;
                serverSpoke = false;
                Interlocked.Increment(ref roundTrips);
                return true;
            }),
            Pump(far, near, () =>
            {
                serverSpoke = true;
                return !mute;
            }));
        near.Dispose();
    }

    static async Task Pump(TcpClient from, TcpClient to, Func<bool> carries)
    {
        try
        {
            var bytes = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(bytes) is var count and > 0)
                if (carries()) await to.GetStream().WriteAsync(bytes.AsMemory(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two ends has gone.
        }
    }

    public ValueTask DisposeAsync()
    {
        listener.Stop();
        foreach (var client in open) client.Dispose();
        return ValueTask.CompletedTask;
    }
}
