using System.Diagnostics;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

/// <summary>Between the endpoint and its broker there is a wire that a test can cut, stall, half-open or slow down.</summary>
public sealed class When_the_network_fails
{
    /// <summary>Shorter than the default so that the test is; a silent connection is given up after three to four of these.</summary>
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ToHeal = TimeSpan.FromSeconds(30);

    Toxiproxy? proxies;
    Toxiproxy.Proxy wire = null!;
    Rabbit.Vhost? vhost;
    Mailbox? desk;
    Traffic traffic = null!;

    [SetUp]
    public async Task Wire()
    {
        proxies = await Toxiproxy.Start();
        wire = await proxies.Before($"{Rabbit.Broker.Host}:{Rabbit.Broker.Port}");
        vhost = await Rabbit.NewVhost("network");
        desk = await Mailbox.At(vhost.Through(wire.Host, wire.Port), configure: transport => transport.HeartbeatInterval = Heartbeat);
        await desk.Open(concurrency: 8);
        traffic = Traffic.Between(desk, desk);
        await traffic.Flows();
    }

    [TearDown]
    public async Task Gone()
    {
        if (traffic is not null) await traffic.DisposeAsync();
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
        if (proxies is not null) await proxies.DisposeAsync();
    }

    [Test]
    public async Task A_cut_heals_when_the_wire_is_back()
    {
        await wire.Cut();
        await Standstill();
        await wire.Restore();

        await traffic.Flows(ToHeal);
        await traffic.NothingIsLost();
    }

    [Test]
    public async Task A_reset_heals()
    {
        await wire.Reset();
        await Standstill();
        await wire.Heal();

        await traffic.Flows(ToHeal);
        await traffic.NothingIsLost();
    }

    /// <summary>No byte moves and no end is told; only the missing heartbeat tells.</summary>
    [Test]
    public async Task A_stall_heals()
    {
        await wire.Stall();
        await Standstill(atLeast: Heartbeat * 6);
        await wire.Heal();

        await traffic.Flows(ToHeal);
        await traffic.NothingIsLost();
    }

    /// <summary>What we say arrives, what the broker says does not.</summary>
    [Test]
    public async Task A_half_open_connection_heals()
    {
        await wire.StallAnswers();
        await Standstill(atLeast: Heartbeat * 6);
        await wire.Heal();

        await traffic.Flows(ToHeal);
        await traffic.NothingIsLost();
    }

    [Test]
    public async Task A_slow_wire_is_only_slow()
    {
        await wire.Latency(milliseconds: 150, jitter: 50);

        await traffic.Flows(ToHeal);
        await traffic.NothingIsLost();
    }

    [Test]
    public async Task A_narrow_wire_is_only_slow()
    {
        await wire.Bandwidth(kilobytesPerSecond: 40);

        await traffic.Flows(ToHeal);
        await traffic.NothingIsLost();
    }

    /// <summary>Waits until nothing has moved for a while: the fault is felt.</summary>
    async Task Standstill(TimeSpan? atLeast = null)
    {
        var quiet = Stopwatch.StartNew();
        var seen = (traffic.Sent, traffic.Arrived);
        await Eventually.Is(() =>
        {
            if ((traffic.Sent, traffic.Arrived) != seen) quiet.Restart();
            seen = (traffic.Sent, traffic.Arrived);
            return quiet.Elapsed > (atLeast ?? TimeSpan.FromSeconds(2));
        });
    }
}
