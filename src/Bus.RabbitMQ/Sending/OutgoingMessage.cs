using System.Globalization;
using RabbitMQ.Client;
using Roost.Bus.RabbitMQ.Receiving;
using Roost.Bus.RabbitMQ.Routing;
using Roost.Bus.Transport;
using Headers = NServiceBus.Headers;

namespace Roost.Bus.RabbitMQ.Sending;

/// <summary>A message as the broker gets it: where to, and with which properties.</summary>
sealed record OutgoingMessage(
    string MessageId, string Exchange, string RoutingKey, bool Mandatory, BasicProperties Properties, ReadOnlyMemory<byte> Body)
{
    /// <summary>The queue whose exchange must be there; null for an event.</summary>
    public string? Address { get; init; }
    public Type? EventType { get; init; }
    public bool IsDelayed { get; init; }

    public static OutgoingMessage From(OutgoingOperation operation, int longestHeaders, bool delayedDelivery, TimeProvider clock)
    {
        // That of a copy may be longer: what the broker knows as id is not what the header says. The header says all of it.
        if (!BrokerLimits.IsName(operation.MessageId))
            operation = operation with { MessageId = HeaderSpace.Cut(operation.MessageId, BrokerLimits.LongestName) };
        BrokerLimits.Check(operation, longestHeaders, clock.GetUtcNow());
        var properties = Describe(operation);
        if (operation.EventType is { } eventType)
        {
            // Not mandatory: an event that nobody waits for is no error.
            return new OutgoingMessage(operation.MessageId, ConventionalTopology.ExchangeOf(eventType), "", Mandatory: false, properties, operation.Body)
            {
                EventType = eventType,
            };
        }
        var address = operation.Destination
            ?? throw new ArgumentException($"Message {operation.MessageId} has neither a destination nor an event type.");
        if (Delay(operation, clock) is not { } delay)
        {
            return new OutgoingMessage(operation.MessageId, address, "", Mandatory: true, properties, operation.Body) { Address = address };
        }

        if (!delayedDelivery)
            throw new InvalidOperationException($"Message {operation.MessageId} is to be delayed, but delayed delivery is disabled on this transport.");
        if (operation.TimeToBeReceived is not null)
            throw new InvalidOperationException($"Message {operation.MessageId} cannot be delayed and have a time to be received.");
        var seconds = DelayedDelivery.Seconds(delay);
        properties.Headers![NativeHeaders.DelayInSeconds] = seconds;
        var (exchange, routingKey) = DelayedDelivery.Route(address, seconds);
        return new OutgoingMessage(operation.MessageId, exchange, routingKey, Mandatory: true, properties, operation.Body)
        {
            Address = address,
            IsDelayed = true,
        };
    }

    /// <summary>A delivery that could not be understood, passed on as it is, but for good: under whose name it came the broker would check again.</summary>
    public static OutgoingMessage Poison(string errorQueue, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var copied = new BasicProperties(properties);
        copied.ClearUserId();
        copied.ClearExpiration();
        if (properties.Headers is { } headers) copied.Headers = HeaderValue.Writable(headers);
        return new OutgoingMessage(properties.MessageId ?? "", errorQueue, "", Mandatory: true, copied, body) { Address = errorQueue };
    }

    static TimeSpan? Delay(OutgoingOperation operation, TimeProvider clock) =>
        operation.DelayDeliveryFor ?? (operation.DeliverAt is { } at ? at - clock.GetUtcNow() : null);

    static BasicProperties Describe(OutgoingOperation operation)
    {
        var headers = new Dictionary<string, object?>(operation.Headers.Count + 1);
        foreach (var (name, value) in operation.Headers) headers[name] = value;
        var properties = new BasicProperties
        {
            MessageId = operation.MessageId,
            Persistent = !headers.Remove(NativeHeaders.NonPersistent),
            Headers = headers,
            ContentType = operation.Headers.ContainsKey(Headers.ContentType) ? Native(operation, Headers.ContentType) : "application/octet-stream",
            CorrelationId = Native(operation, Headers.CorrelationId),
            ReplyTo = Native(operation, Headers.ReplyToAddress),
        };
        if (operation.Headers.TryGetValue(Headers.EnclosedMessageTypes, out var types) && FirstFullName(types) is var type && BrokerLimits.IsName(type))
            properties.Type = type;
        if (operation.TimeToBeReceived is { } limit && limit < TimeSpan.MaxValue)
            properties.Expiration = Math.Ceiling(limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture); // the broker takes whole ones only
        return properties;
    }

    /// <summary>The native property, where it fits: else the header alone says it, and is what the receiver goes by.</summary>
    static string? Native(OutgoingOperation operation, string header) =>
        operation.Headers.TryGetValue(header, out var value) && BrokerLimits.IsName(value) ? value : null;

    static string FirstFullName(string types)
    {
        var comma = types.IndexOf(',');
        return comma < 0 ? types : types[..comma];
    }
}
