using System.Net;
using System.Net.Sockets;

namespace Roost.Servers;

/// <summary>
/// A wire between a process under test and one server, that can be cut and joined again. For "the server is gone" this is enough and
/// needs no tool; for slow, stalled and half-open wires there is <see cref="Toxiproxy"/>.
/// </summary>
public sealed class Link : IAsyncDisposable
{
    readonly string upstreamHost;
    readonly int upstreamPort;
    readonly List<TcpClient> open = [];
    TcpListener? listener;

    Link(string upstreamHost, int upstreamPort)
    {
        this.upstreamHost = upstreamHost;
        this.upstreamPort = upstreamPort;
        Port = Ports.Free();
        Join();
    }

    public static Link To(string host, int port) => new(host, port);

    public string Host => "127.0.0.1";
    public int Port { get; }

    /// <summary>As if the server died: open connections end, new ones are refused.</summary>
    public void Cut()
    {
        lock (open)
        {
            listener?.Stop();
            listener = null;
            // Linger 0 sends a reset, as the kernel of a killed server does.
            foreach (var client in open) Reset(client);
            open.Clear();
        }
    }

    public void Join()
    {
        lock (open)
        {
            if (listener is not null) return;
            listener = new TcpListener(IPAddress.Loopback, Port);
            listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Start();
            _ = Accept(listener);
        }
    }

    async Task Accept(TcpListener on)
    {
        try
        {
            while (true) _ = Carry(await on.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The link was cut.
        }
    }

    async Task Carry(TcpClient near)
    {
        var far = new TcpClient();
        lock (open)
        {
            if (listener is null)
            {
                Reset(near);
                return;
            }
            open.AddRange([near, far]);
        }
        try
        {
            await far.ConnectAsync(upstreamHost, upstreamPort);
            near.NoDelay = far.NoDelay = true;
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One end is gone; the other learns it below.
        }
        finally
        {
            near.Dispose();
            far.Dispose();
            lock (open) open.RemoveAll(client => client == near || client == far);
        }
    }

    static void Reset(TcpClient client)
    {
        try
        {
            // A client that is already disposed has no socket any more.
            if (client.Client is { } socket) socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed.
        }
        client.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }
}
