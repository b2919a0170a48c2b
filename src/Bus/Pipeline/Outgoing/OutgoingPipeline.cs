using System.Buffers;
using NServiceBus;
using NServiceBus.Extensibility;
using NServiceBus.Pipeline;
using NServiceBus.Serialization;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Telemetry;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline.Outgoing;

/// <summary>From a message object and its options to an operation for the transport, at once or when the batch is committed.</summary>
sealed class OutgoingPipeline(
    MessageCatalog catalog, Routes routes, Addresses addresses, OutgoingHeaders description, CombGuids ids, SerializationDefinition serializer,
    ITransport transport, bool delaysDelivery, OutgoingStages stages, TimeProvider clock)
{
    const int KeptBuffer = 256 * 1024;
    [ThreadStatic] static ArrayBufferWriter<byte>? buffer;

    public MessageCatalog Catalog => catalog;

    public Task Send(object message, SendOptions options, Origin origin)
    {
        var type = catalog.Get(message.GetType());
        if (routes.EnforceBestPractices && !options.SkipBestPractices) BestPractices.CheckSend(type);

        var delayed = options.Delay is not null || options.DeliverAt is not null;
        if (delayed && !delaysDelivery)
            throw new InvalidOperationException($"{type.MessageType.FullName} cannot be delayed: delayed delivery is disabled on this endpoint's transport.");
        if (delayed && type.TimeToBeReceived is not null)
            throw new InvalidOperationException($"{type.MessageType.FullName} has a time to be received and cannot be delayed.");

        var messageId = options.MessageId ?? ids.New().ToString();
        var headers = HeadersOf(options, messageId, nameof(MessageIntent.Send));
        headers[Headers.StartNewTrace] = options.StartsTrace || (delayed && Tracing.IsActive) ? bool.TrueString : bool.FalseString;

        return Hand(Tracing.Sending, new OutgoingMessage(this, origin, options, type, message, messageId, headers)
        {
            Destination = addresses.DestinationOf(type.MessageType, options),
            Delay = options.Delay,
            DeliverAt = options.DeliverAt,
            Reply = options.Reply,
        });
    }

    public Task Publish(object message, PublishOptions options, Origin origin)
    {
        var type = catalog.Get(message.GetType());
        if (routes.EnforceBestPractices && !options.SkipBestPractices) BestPractices.CheckPublish(type);
        type.CheckPublishable();

        var messageId = options.MessageId ?? ids.New().ToString();
        var headers = HeadersOf(options, messageId, nameof(MessageIntent.Publish));
        headers[Headers.StartNewTrace] = options.ContinuesTrace ? bool.FalseString : bool.TrueString;

        return Hand(Tracing.Publishing, new OutgoingMessage(this, origin, options, type, message, messageId, headers));
    }

    public Task Reply(object message, ReplyOptions options, Origin origin)
    {
        var type = catalog.Get(message.GetType());
        if (routes.EnforceBestPractices && !options.SkipBestPractices) BestPractices.CheckReply(type);

        var incoming = origin.Incoming!.Headers;
        var destination = options.Destination ?? incoming.GetValueOrDefault(Headers.ReplyToAddress);
        if (string.IsNullOrEmpty(destination))
            throw new InvalidOperationException(
                $"No reply address for message '{origin.Incoming.MessageId}': its sender takes no replies.");

        var messageId = options.MessageId ?? ids.New().ToString();
        var headers = HeadersOf(options, messageId, nameof(MessageIntent.Reply));
        if (options.CorrelationId is null) EchoSaga(incoming, headers);

        return Hand(Tracing.Replying, new OutgoingMessage(this, origin, options, type, message, messageId, headers)
        {
            Destination = destination,
            Reply = options.Reply,
            CorrelationId = options.CorrelationId,
        });
    }

    /// <summary>An answer to a message that a saga sent finds that very saga.</summary>
    static void EchoSaga(Dictionary<string, string> incoming, Dictionary<string, string> headers)
    {
        if (incoming.TryGetValue(Headers.OriginatingSagaId, out var sagaId)) headers[Headers.SagaId] = sagaId;
        if (incoming.TryGetValue(Headers.OriginatingSagaType, out var sagaType)) headers[Headers.SagaType] = sagaType;
    }

    static Dictionary<string, string> HeadersOf(ExtendableOptions options, string messageId, string intent)
    {
        const int Usual = 24; // what a message from a saga carries, with room: growing would rehash it
        var headers = new Dictionary<string, string>(Usual + (options.Headers?.Count ?? 0));
        if (options.Headers is not null)
            foreach (var (key, value) in options.Headers) headers[key] = value;
        headers[Headers.MessageId] = messageId;
        headers[Headers.MessageIntent] = intent;
        return headers;
    }

    Task Hand(string activityName, OutgoingMessage message) =>
        Tracing.IsListenedTo ? HandTraced(activityName, message) : Describe(message);

    async Task HandTraced(string activityName, OutgoingMessage message)
    {
        using var activity = Tracing.StartOutgoing(activityName);
        try
        {
            await Describe(message).ConfigureAwait(false);
            Tracing.Describe(activity, message.Headers);
        }
        catch (Exception failure)
        {
            Tracing.Fail(activity, failure);
            throw;
        }
    }

    Task Describe(OutgoingMessage message)
    {
        description.Describe(message);
        return stages.Logical is null ? Serialize(message) : stages.Logical(message, () => Serialize(message));
    }

    Task Serialize(OutgoingMessage message)
    {
        var writer = buffer ??= new ArrayBufferWriter<byte>(1024);
        writer.ResetWrittenCount();
        serializer.Serialize(message.Instance, writer);
        message.Body = writer.WrittenSpan.ToArray();
        if (writer.Capacity > KeptBuffer) buffer = null; // or each thread would hold the largest message that it ever wrote
        message.Headers[Headers.ContentType] = serializer.ContentType;
        message.Headers[Headers.EnclosedMessageTypes] = message.Type.EnclosedMessageTypes;
        return stages.Physical is null ? HandOver(message) : stages.Physical(message, () => HandOver(message));
    }

    Task HandOver(OutgoingMessage message)
    {
        description.Stamp(message.Headers, message.Delay, message.DeliverAt);
        Tracing.Inject(message.Headers);
        var operation = new OutgoingOperation(message.MessageId, message.Headers, message.Body)
        {
            Destination = message.Destination,
            EventType = message.Destination is null ? message.Type.MessageType : null,
            DelayDeliveryFor = message.Delay,
            DeliverAt = message.DeliverAt,
            TimeToBeReceived = message.Type.TimeToBeReceived,
        };
        if (!message.Options.ImmediateDispatch && message.Origin.Batches)
        {
            Add(operation, message.Origin);
            return Task.CompletedTask;
        }
        BrokerLimits.CheckNew(operation, transport.LongestHeaders, clock.GetUtcNow());
        return transport.Dispatch([operation], message.CancellationToken);
    }

    /// <summary>What can never be sent is refused while its sender can still be told: nothing is committed yet.</summary>
    public void Add(OutgoingOperation operation, Origin origin)
    {
        BrokerLimits.CheckNew(operation, transport.LongestHeaders, clock.GetUtcNow());
        origin.Add(operation);
    }
}

/// <summary>The behaviours of the outgoing stages; null where there are none.</summary>
sealed record OutgoingStages(
    Func<IOutgoingLogicalMessageContext, Func<Task>, Task>? Logical, Func<IOutgoingPhysicalMessageContext, Func<Task>, Task>? Physical);
