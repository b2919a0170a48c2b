using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

/// <summary>
/// No byte moves and no end is told. Left to the client, its timer and its reader would close the connection both at once, and now and then the process ends of that:
/// so it is given up before the client does it (P-65).
/// </summary>
public sealed class When_the_broker_falls_silent
{
    const int Connections = 60;

    [Test]
    public async Task Each_connection_is_given_up_and_the_process_lives()
    {
        await using var proxies = await Toxiproxy.Start();
        await using var vhost = await Rabbit.NewVhost("silent");
        var wire = await proxies.Before($"{Rabbit.Broker.Host}:{Rabbit.Broker.Port}");
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), vhost.Through(wire.Host, wire.Port)) { HeartbeatInterval = TimeSpan.FromSeconds(1) };
        var log = new LogBook();
        var open = await Task.WhenAll(Enumerable.Range(0, Connections).Select(n => BrokerConnection.Open(transport.Settings("Desk"), $"silent {n}", log, CancellationToken.None)));
        foreach (var connection in open) await connection.OpenChannel(withConfirms: false, CancellationToken.None);

        await wire.Stall();

        await Eventually.Is(() => open.All(connection => !connection.IsOpen), TimeSpan.FromSeconds(20), () => $"{open.Count(connection => connection.IsOpen)} are open");
        Assert.That(Enumerable.Range(0, Connections).Count(n => log.Says($"'silent {n}' for one and a half heartbeats")), Is.EqualTo(Connections));
        foreach (var connection in open) await connection.DisposeAsync();
    }
}
