using NServiceBus;
using RabbitMQ.Client;

namespace Roost.Bus.RabbitMQ.Routing;

/// <summary>
/// Where messages go: every queue has a fanout exchange of its own name, every message type a fanout exchange, and a type's exchange
/// feeds those of its base types and interfaces, so that who subscribes to a base gets what derives from it.
/// </summary>
sealed class ConventionalTopology(QueueType queueType, bool durable)
{
    static readonly Dictionary<string, object?> QuorumArguments = new() { ["x-queue-type"] = "quorum" };

    public static string ExchangeOf(Type messageType) => $"{messageType.Namespace}:{messageType.Name}";

    public async Task DeclareQueue(IChannel channel, string address, CancellationToken ct)
    {
        // Exactly this one argument: another one, and the broker refuses the official runtime (406) or the other way round.
        var isQuorum = queueType == QueueType.Quorum;
        await channel.QueueDeclareAsync(address, durable || isQuorum, exclusive: false, autoDelete: false,
            isQuorum ? QuorumArguments : null, cancellationToken: ct);
        await DeclareExchange(channel, address, ct);
        await channel.QueueBindAsync(address, exchange: address, routingKey: "", cancellationToken: ct);
    }

    /// <summary>The exchange of the type and of everything it is, joined so that a message flows to all of them.</summary>
    public async Task DeclareType(IChannel channel, Type type, CancellationToken ct)
    {
        await DeclareExchange(channel, ExchangeOf(type), ct);
        var derived = type;
        for (var parent = type.BaseType; parent is not null; derived = parent, parent = parent.BaseType)
        {
            await DeclareExchange(channel, ExchangeOf(parent), ct);
            await channel.ExchangeBindAsync(ExchangeOf(parent), source: ExchangeOf(derived), routingKey: "", cancellationToken: ct);
        }
        foreach (var contract in type.GetInterfaces())
        {
            await DeclareExchange(channel, ExchangeOf(contract), ct);
            await channel.ExchangeBindAsync(ExchangeOf(contract), source: ExchangeOf(type), routingKey: "", cancellationToken: ct);
        }
    }

    public async Task Subscribe(IChannel channel, string queue, Type eventType, CancellationToken ct)
    {
        var subscribed = Subscribed(eventType);
        if (subscribed != typeof(object)) await DeclareType(channel, subscribed, ct);
        await channel.ExchangeBindAsync(queue, source: ExchangeOf(subscribed), routingKey: "", cancellationToken: ct);
    }

    public Task Unsubscribe(IChannel channel, string queue, Type eventType, CancellationToken ct) =>
        channel.ExchangeUnbindAsync(queue, source: ExchangeOf(Subscribed(eventType)), routingKey: "", cancellationToken: ct);

    Task DeclareExchange(IChannel channel, string exchange, CancellationToken ct) =>
        channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable, autoDelete: false, cancellationToken: ct);

    /// <summary>Whoever asks for every event gets every message: that is where the official runtime puts them.</summary>
    static Type Subscribed(Type eventType) => eventType == typeof(IEvent) ? typeof(object) : eventType;
}
