using System.Collections.Concurrent;
using NServiceBus.Extensibility;
using Roost.Bus.Pipeline.Messages;

namespace NServiceBus.Testing;

/// <summary>Stands in for any context that can send: remembers everything, checks nothing.</summary>
public class TestablePipelineContext : IPipelineContext
{
    readonly Outbound outbound = new();

    public virtual SentMessage<object>[] SentMessages => outbound.Sent;
    public virtual PublishedMessage<object>[] PublishedMessages => outbound.Published;
    public virtual TimeoutMessage<object>[] TimeoutMessages => outbound.Timeouts;
    public ContextBag Extensions { get; set; } = new();
    public CancellationToken CancellationToken { get; set; }

    public virtual Task Send(object message, SendOptions options) => outbound.Send(message, options);

    public virtual Task Send<T>(Action<T> messageConstructor, SendOptions options) =>
        Send(InterfaceMessages.Create(messageConstructor)!, options);

    public virtual Task Publish(object message, PublishOptions options) => outbound.Publish(message, options);

    public virtual Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions) =>
        Publish(InterfaceMessages.Create(messageConstructor)!, publishOptions);
}

public class TestableMessageProcessingContext : TestablePipelineContext, IMessageProcessingContext
{
    readonly ConcurrentQueue<RepliedMessage<object>> replied = new();
    readonly ConcurrentQueue<string> forwarded = new();

    public virtual RepliedMessage<object>[] RepliedMessages => [.. replied];
    public virtual string[] ForwardedMessages => [.. forwarded];

    public string MessageId { get; set; } = Guid.NewGuid().ToString();
    public string ReplyToAddress { get; set; } = "reply address";
    public IDictionary<string, string> MessageHeaders { get; set; } = new Dictionary<string, string>();

    IReadOnlyDictionary<string, string> IMessageProcessingContext.MessageHeaders =>
        MessageHeaders as IReadOnlyDictionary<string, string> ?? new Dictionary<string, string>(MessageHeaders);

    public virtual Task Reply(object message, ReplyOptions options)
    {
        replied.Enqueue(new RepliedMessage<object>(message, options));
        return Task.CompletedTask;
    }

    public virtual Task Reply<T>(Action<T> messageConstructor, ReplyOptions options) =>
        Reply(InterfaceMessages.Create(messageConstructor)!, options);

    public virtual Task ForwardCurrentMessageTo(string destination)
    {
        forwarded.Enqueue(destination);
        return Task.CompletedTask;
    }
}
