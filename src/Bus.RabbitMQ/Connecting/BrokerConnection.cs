using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>
/// One connection, for as long as it lives. The client's automatic recovery is off: it would bring back a channel under the feet of
/// deliveries and confirms that belonged to the old one. <see cref="LastingConnection"/> opens the next.
/// </summary>
sealed class BrokerConnection : IAsyncDisposable
{
    const int SecondsOfSilence = 30;
    const int SecondsBetweenProbes = 5;
    static readonly TimeSpan PatienceWhenClosing = TimeSpan.FromSeconds(7);
    readonly IConnection connection;
    readonly Ear[] ears;
    readonly Silence silence;
    readonly ILogger log;
    int closed;

    BrokerConnection(IConnection connection, Ear[] ears, ILogger log)
    {
        this.connection = connection;
        this.ears = ears;
        this.log = log;
        silence = new Silence(connection.Heartbeat, () => ears.Sum(ear => ear.Heard), CutSilent);
        BrokerMeter.Connections.Add(1);
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            BlockedBecause = blocked.Reason;
            log.LogWarning("The broker takes no messages on connection '{Connection}' for now: {Reason}.", connection.ClientProvidedName, blocked.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            BlockedBecause = null;
            log.LogInformation("The broker takes messages on connection '{Connection}' again.", connection.ClientProvidedName);
            return Task.CompletedTask;
        };
    }

    public bool IsOpen => connection.IsOpen;

    /// <summary>Set while the broker is short of memory or disk and has stopped reading what we publish.</summary>
    public string? BlockedBecause { get; private set; }

    /// <summary>As agreed with the broker; zero when neither sets a limit.</summary>
    public uint FrameSize => connection.FrameMax;

    public Version BrokerVersion => ConnectionProperties.BrokerVersion(connection);

    public static async Task<BrokerConnection> Open(BrokerSettings settings, string name, ILogger log, CancellationToken ct)
    {
        // One for each address that was tried.
        var ears = new List<Ear>();
        var factory = ConnectionProperties.Factory(settings, name);
        factory.SocketFactory = family =>
        {
            var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            // Where the broker agrees to no heartbeats, this is what tells a dead peer from a silent one.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SecondsOfSilence);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsBetweenProbes);
            var ear = new Ear(socket);
            lock (ears) ears.Add(ear);
            return ear;
        };
        try
        {
            var connection = await factory.CreateConnectionAsync(ConnectionProperties.Endpoints(settings), name, ct);
            return new BrokerConnection(connection, [.. ears], log);
        }
        catch
        {
            lock (ears) ears.ForEach(ear => ear.Cut());
            throw;
        }
    }

    public async Task<IChannel> OpenChannel(bool withConfirms, CancellationToken ct)
    {
        // Confirms are tracked by PublishChannel: the client's own tracking costs a task and a header per message.
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: withConfirms, publisherConfirmationTrackingEnabled: false);
        var channel = await connection.CreateChannelAsync(options, ct);
        BrokerMeter.Channels.Add(1);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            BrokerMeter.Channels.Add(-1);
            return Task.CompletedTask;
        };
        return channel;
    }

    /// <summary>
    /// Says goodbye, but not for long: on a stalled connection the client would wait for its writer for ever, so the socket is
    /// closed under it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        BrokerMeter.Connections.Add(-1);
        var goodbye = connection.DisposeAsync().AsTask();
        await Task.WhenAny(goodbye, Task.Delay(PatienceWhenClosing));
        await silence.DisposeAsync();
        Cut();
        _ = goodbye.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    void Cut()
    {
        foreach (var ear in ears) ear.Cut();
    }

    void CutSilent()
    {
        log.LogWarning("Nothing came over connection '{Connection}' for one and a half heartbeats of {Heartbeat}: it is given up.", connection.ClientProvidedName, connection.Heartbeat);
        Cut();
    }
}
