using System.Globalization;
using RabbitMQ.Client;
using Roost.Bus.RabbitMQ.Routing;
using Headers = NServiceBus.Headers;

namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>Turns AMQP properties into headers, which are strings whatever the sender's client made of them.</summary>
static class IncomingMessage
{
    public static Dictionary<string, string> ReadHeaders(IReadOnlyBasicProperties properties)
    {
        var headers = new Dictionary<string, string>((properties.Headers?.Count ?? 0) + 4);
        string? callbackQueue = null;
        if (properties.Headers is { } native)
        {
            foreach (var (name, value) in native)
            {
                if (name == NativeHeaders.CallbackQueue) callbackQueue = HeaderValue.Text(value);
                if (!NativeHeaders.IsHidden(name)) headers[name] = HeaderValue.Text(value);
            }
        }

        if (callbackQueue is not null) headers[Headers.ReplyToAddress] = callbackQueue;
        else if (properties.IsReplyToPresent()) headers[Headers.ReplyToAddress] = properties.ReplyTo!;
        if (properties.IsCorrelationIdPresent()) headers[Headers.CorrelationId] = properties.CorrelationId!;
        if (properties.IsContentTypePresent()) headers[Headers.ContentType] = properties.ContentType!;
        if (properties.IsTypePresent()) headers.TryAdd(Headers.EnclosedMessageTypes, properties.Type!);
        if (properties.IsDeliveryModePresent() && properties.DeliveryMode == DeliveryModes.Transient) headers[NativeHeaders.NonPersistent] = "True";
        return headers;
    }

    /// <summary>How often the broker delivered the message before; null when it does not count (classic queues).</summary>
    public static int? EarlierDeliveries(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers && headers.TryGetValue(NativeHeaders.DeliveryCount, out var count) && count is not null
            ? Convert.ToInt32(count, CultureInfo.InvariantCulture)
            : null;
}
