using NServiceBus;
using NServiceBus.Extensibility;
using NServiceBus.Pipeline;
using Roost.Bus.Pipeline.Messages;

namespace Roost.Bus.Pipeline.Outgoing;

/// <summary>One message on its way out, as behaviours see it in both outgoing stages.</summary>
sealed class OutgoingMessage(
    OutgoingPipeline pipeline, Origin origin, ExtendableOptions options, MessageMetadata type, object instance, string messageId,
    Dictionary<string, string> headers)
    : IOutgoingLogicalMessageContext, IOutgoingPhysicalMessageContext
{
    ContextBag? extensions;

    public Origin Origin => origin;
    public ExtendableOptions Options => options;
    public MessageMetadata Type { get; private set; } = type;
    public object Instance { get; private set; } = instance;
    public string MessageId => messageId;
    public Dictionary<string, string> Headers => headers;

    public string? Destination { get; init; }
    public TimeSpan? Delay { get; init; }
    public DateTimeOffset? DeliverAt { get; init; }
    public ReplyRoute Reply { get; init; } = NoChoice;
    public string? CorrelationId { get; init; }

    public ReadOnlyMemory<byte> Body { get; set; }

    public OutgoingLogicalMessage Message => new(Type.MessageType, Instance);
    public ContextBag Extensions => extensions ??= new ContextBag(options.ContextOrNull ?? origin.Extensions);
    public IServiceProvider Builder => origin.Builder;
    public CancellationToken CancellationToken => origin.CancellationToken;

    static ReplyRoute NoChoice { get; } = new();

    public void UpdateMessage(object newInstance)
    {
        Instance = newInstance;
        Type = pipeline.Catalog.Get(newInstance.GetType());
    }

    public void UpdateMessage(ReadOnlyMemory<byte> body) => Body = body;

    public Task Send(object message, SendOptions sendOptions) => pipeline.Send(message, sendOptions, origin);

    public Task Send<T>(Action<T> messageConstructor, SendOptions sendOptions) =>
        pipeline.Send(InterfaceMessages.Create(messageConstructor)!, sendOptions, origin);

    public Task Publish(object message, PublishOptions publishOptions) => pipeline.Publish(message, publishOptions, origin);

    public Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions) =>
        pipeline.Publish(InterfaceMessages.Create(messageConstructor)!, publishOptions, origin);
}
