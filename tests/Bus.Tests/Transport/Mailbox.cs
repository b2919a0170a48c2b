using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Roost.Bus.RabbitMQ;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

/// <summary>One endpoint's transport with its queue, keeping what arrives. What becomes of a delivery is said by <see cref="Answer"/>.</summary>
sealed class Mailbox : IAsyncDisposable
{
    public const string Errors = "error";
    readonly ConcurrentQueue<Delivery> received = new();

    Mailbox(string queue, ITransport transport)
    {
        Queue = queue;
        Transport = transport;
    }

    public string Queue { get; }
    public ITransport Transport { get; }
    public IReadOnlyCollection<Delivery> Received => received;
    public ConcurrentQueue<string> CriticalErrors { get; } = new();

    /// <summary>Done, unless a test says otherwise.</summary>
    public Func<Delivery, CancellationToken, Task<Settlement>> Answer { get; set; } = (_, _) => Task.FromResult(Settlement.Done);

    public static Task<Mailbox> On(Rabbit.Vhost vhost, string queue = "Desk", Action<RabbitMQTransport>? configure = null,
        QueueType queueType = QueueType.Quorum, bool delays = false) =>
        At(vhost.Amqp, queue, configure, queueType, settings => settings with { DelayedDelivery = delays });

    /// <summary>Without delayed delivery: making its 28 queues is what takes longest.</summary>
    public static async Task<Mailbox> At(string amqp, string queue = "Desk", Action<RabbitMQTransport>? configure = null,
        QueueType queueType = QueueType.Quorum, Func<BrokerSettings, BrokerSettings>? settings = null)
    {
        var mailbox = Unopened(amqp, queue, configure, queueType, settings);
        await mailbox.Transport.Install([queue], [Errors], CancellationToken.None);
        await mailbox.Transport.Connect(CancellationToken.None);
        return mailbox;
    }

    /// <param name="settings">Changes what only a test wants otherwise.</param>
    public static Mailbox Unopened(string amqp, string queue = "Desk", Action<RabbitMQTransport>? configure = null,
        QueueType queueType = QueueType.Quorum, Func<BrokerSettings, BrokerSettings>? settings = null)
    {
        var definition = new RabbitMQTransport(RoutingTopology.Conventional(queueType), amqp) { NetworkRecoveryInterval = TimeSpan.FromSeconds(0.5) };
        configure?.Invoke(definition);
        var chosen = definition.Settings(queue) with { DelayedDelivery = false };
        return new Mailbox(queue, new BrokerTransport(settings?.Invoke(chosen) ?? chosen, TimeProvider.System, NullLogger.Instance));
    }

    public Task Open(int concurrency = 4) => Transport.StartReceiving(
        new ReceiveSettings(Queue, Errors, concurrency, $"test-host - {Queue}", (what, _) =>
        {
            CriticalErrors.Enqueue(what);
            return Task.CompletedTask;
        }),
        (delivery, ct) =>
        {
            received.Enqueue(delivery);
            return Answer(delivery, ct);
        },
        CancellationToken.None);

    public Task Close(CancellationToken ct = default) => Transport.StopReceiving(ct);

    public Task Send(params OutgoingOperation[] operations) => Transport.Dispatch(operations, CancellationToken.None);

    public int TimesReceived(string messageId) => received.Count(delivery => delivery.NativeMessageId == messageId);

    public async Task<Delivery> Receives(string messageId, TimeSpan? within = null) =>
        (await Eventually.Sees(() => Task.FromResult(received.FirstOrDefault(d => d.NativeMessageId == messageId)), found => found is not null, within))!;

    public ValueTask DisposeAsync() => Transport.DisposeAsync();
}
