using NServiceBus;
using Roost.Bus.Hosting;
using Roost.Bus.Pipeline.Messages;

namespace Roost.Bus.Pipeline.Outgoing;

/// <summary>Writes what every message says about itself, its cause and its sender.</summary>
sealed class OutgoingHeaders(EndpointBlueprint blueprint, HostIdentity host, Addresses addresses, CombGuids ids, TimeProvider clock)
{
    /// <summary>Of the release whose wire format this is.</summary>
    public const string Version = "10.2.8";

    readonly KeyValuePair<string, string>[] staticHeaders = [.. blueprint.StaticHeaders];

    /// <summary>Cause, sender and addresses: known before the message is serialised.</summary>
    public void Describe(OutgoingMessage message)
    {
        var headers = message.Headers;
        WriteConversation(message);
        headers[Headers.CorrelationId] = message.CorrelationId ?? InheritedCorrelation(message.Origin) ?? message.MessageId;

        if (message.Origin.Saga is { } saga)
        {
            headers[Headers.OriginatingSagaId] = saga.Id;
            headers[Headers.OriginatingSagaType] = saga.AssemblyQualifiedName;
        }
        foreach (var (key, value) in staticHeaders) headers[key] = value;

        if (message.Type.TimeToBeReceived is { } timeToBeReceived) headers[Headers.TimeToBeReceived] = timeToBeReceived.ToString();
        if (addresses.ReplyTo(message.Reply) is { } replyTo) headers[Headers.ReplyToAddress] = replyTo;
        headers[Headers.OriginatingMachine] = host.Machine;
        headers[Headers.OriginatingEndpoint] = blueprint.Name;
        headers[Headers.OriginatingHostId] = host.IdText;
    }

    /// <summary>Said at the last moment, and only if nobody said it before: a forwarded message keeps its times.</summary>
    public void Stamp(Dictionary<string, string> headers, TimeSpan? delay, DateTimeOffset? deliverAt)
    {
        headers.TryAdd(Headers.NServiceBusVersion, Version);
        var now = clock.GetUtcNow();
        if (!headers.ContainsKey(Headers.TimeSent)) headers[Headers.TimeSent] = DateTimeOffsetHelper.ToWireFormattedString(now);
        if ((deliverAt ?? (delay < DateTimeOffset.MaxValue - now ? now + delay : null)) is { } at && !headers.ContainsKey(Headers.DeliverAt))
            headers[Headers.DeliverAt] = DateTimeOffsetHelper.ToWireFormattedString(at);
    }

    void WriteConversation(OutgoingMessage message)
    {
        var headers = message.Headers;
        var incoming = message.Origin.Incoming;
        var current = incoming?.Headers.GetValueOrDefault(Headers.ConversationId);
        if (incoming is not null) headers[Headers.RelatedTo] = incoming.MessageId;

        if (message.Options is SendOptions { StartsConversation: true } newConversation)
        {
            if (headers.ContainsKey(Headers.ConversationId))
                throw new InvalidOperationException(
                    $"Cannot set the {Headers.ConversationId} header and start a new conversation for the same message.");
            headers[Headers.ConversationId] = newConversation.ConversationId ?? NewConversation(message);
            if (current is not null) headers[Headers.PreviousConversationId] = current;
        }
        else if (current is not null)
        {
            if (headers.ContainsKey(Headers.ConversationId))
                throw new InvalidOperationException(
                    $"Cannot set the {Headers.ConversationId} header to '{headers[Headers.ConversationId]}' " +
                    $"as it cannot override the incoming header value ('{current}'). " +
                    "To start a new conversation use SendOptions.StartNewConversation().");
            headers[Headers.ConversationId] = current;
        }
        else if (!headers.ContainsKey(Headers.ConversationId))
        {
            headers[Headers.ConversationId] = NewConversation(message);
        }
    }

    string NewConversation(OutgoingMessage message)
    {
        var chosen = blueprint.ConversationIdStrategy?.Invoke(
            new ConversationIdStrategyContext(message.Type.MessageType, message.Instance, message.Headers));
        return chosen?.Value ?? ids.New().ToString();
    }

    static string? InheritedCorrelation(Origin origin) => origin.Incoming is not { } incoming
        ? null
        : incoming.Headers.TryGetValue(Headers.CorrelationId, out var correlation) && correlation.Length > 0
            ? correlation
            : incoming.MessageId;
}
