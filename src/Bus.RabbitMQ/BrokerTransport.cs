using Microsoft.Extensions.Logging;
using Roost.Bus.RabbitMQ.Checking;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Receiving;
using Roost.Bus.RabbitMQ.Routing;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ;

/// <summary>RabbitMQ as the bus sees it: one connection to send, one to receive, and one for a moment to declare things.</summary>
sealed class BrokerTransport : ITransport
{
    readonly BrokerSettings settings;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly ConventionalTopology topology;
    readonly Publisher publisher;
    readonly Administration administration;
    readonly List<Consumer> consumers = []; // one for the shared queue, one for the instance's own if it has one

    public BrokerTransport(BrokerSettings settings, TimeProvider clock, ILogger log)
    {
        this.settings = settings;
        this.clock = clock;
        this.log = log;
        topology = new ConventionalTopology(settings.QueueType, settings.DurableEntities);
        publisher = new Publisher(settings, topology, clock, log);
        administration = new Administration(settings, () => publisher.Connection, clock, log);
    }

    public Task Install(IReadOnlyCollection<string> receiveQueues, IReadOnlyCollection<string> sendQueues, CancellationToken ct) =>
        administration.Do(async (channel, token) =>
        {
            if (settings.DelayedDelivery) await DelayedDelivery.Declare(channel, token);
            foreach (var queue in receiveQueues.Concat(sendQueues).Distinct()) await topology.DeclareQueue(channel, queue, token);
            if (!settings.DelayedDelivery) return;
            foreach (var queue in receiveQueues) await DelayedDelivery.BindExit(channel, queue, noWait: false, token);
        }, ct);

    public async Task Connect(CancellationToken ct)
    {
        await publisher.Connect(ct);
        BrokerVersionCheck.MakeSure(settings, publisher.BrokerVersion);
    }

    public int LongestHeaders => publisher.LongestHeaders;

    public Task Subscribe(string queue, Type eventType, CancellationToken ct) =>
        administration.Do((channel, token) => topology.Subscribe(channel, queue, eventType, token), ct);

    public Task Unsubscribe(string queue, Type eventType, CancellationToken ct) =>
        administration.Do((channel, token) => topology.Unsubscribe(channel, queue, eventType, token), ct);

    public async Task<long> CountWaiting(string queue, CancellationToken ct)
    {
        var waiting = 0L;
        await administration.Do(async (channel, token) => waiting = await channel.MessageCountAsync(queue, token), ct);
        return waiting;
    }

    public Task Dispatch(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct) =>
        operations.Count == 0 ? Task.CompletedTask : publisher.Dispatch(operations, ct);

    public Task Ready(CancellationToken ct) => publisher.Ready(ct);

    public async Task StartReceiving(ReceiveSettings receive, Func<Delivery, CancellationToken, Task<Settlement>> onMessage, CancellationToken ct)
    {
        await DeliveryLimit.MakeSure(settings, receive.Queue, publisher.BrokerVersion, log, ct);
        var starting = new Consumer(settings, receive, onMessage, publisher, clock, log);
        await starting.Start(ct);
        lock (consumers) consumers.Add(starting);
    }

    public async Task StopReceiving(CancellationToken ct)
    {
        Consumer[] receiving;
        lock (consumers)
        {
            receiving = [.. consumers];
            consumers.Clear();
        }
        await Task.WhenAll(receiving.Select(each => each.Stop(ct)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopReceiving(new CancellationToken(canceled: true));
        await publisher.DisposeAsync();
    }
}
