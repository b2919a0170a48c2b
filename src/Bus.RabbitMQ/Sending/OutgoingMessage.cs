using System.Globalization;
using RabbitMQ.Client;
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

    public static OutgoingMessage From(OutgoingOperation operation, bool delayedDelivery, TimeProvider clock)
    {
        RefuseLongHeaders(operation);
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

    /// <summary>A delivery that could not be understood, passed on as it is.</summary>
    public static OutgoingMessage Poison(string errorQueue, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) =>
        new(properties.MessageId ?? "", errorQueue, "", Mandatory: true, new BasicProperties(properties), body) { Address = errorQueue };

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
            ContentType = operation.Headers.GetValueOrDefault(Headers.ContentType, "application/octet-stream"),
        };
        if (operation.Headers.TryGetValue(Headers.CorrelationId, out var correlationId)) properties.CorrelationId = correlationId;
        if (operation.Headers.TryGetValue(Headers.ReplyToAddress, out var replyTo)) properties.ReplyTo = replyTo;
        if (operation.Headers.TryGetValue(Headers.EnclosedMessageTypes, out var types)) properties.Type = FirstFullName(types);
        if (operation.TimeToBeReceived is { } limit && limit < TimeSpan.MaxValue)
            properties.Expiration = limit.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        return properties;
    }

    /// <summary>
    /// Headers travel in one frame. The broker closes the connection over one that is too long, and with it fails everybody else's messages;
    /// and the next attempt would do so again.
    /// </summary>
    static void RefuseLongHeaders(OutgoingOperation operation)
    {
        var bytes = HeaderSpace.Of(operation.Headers);
        if (bytes > HeaderSpace.Most)
            throw new ArgumentException($"The headers of message {operation.MessageId} take {bytes} bytes; RabbitMQ takes {HeaderSpace.Most}.");
    }

    static string FirstFullName(string types)
    {
        var comma = types.IndexOf(',');
        return comma < 0 ? types : types[..comma];
    }
}
