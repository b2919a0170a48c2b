using NServiceBus.Extensibility;
using NServiceBus.Persistence;

namespace NServiceBus;

public interface ICancellableContext
{
    CancellationToken CancellationToken { get; }
}

public interface IPipelineContext : IExtendable, ICancellableContext
{
    Task Send(object message, SendOptions options);
    Task Send<T>(Action<T> messageConstructor, SendOptions options);
    Task Publish(object message, PublishOptions options);
    Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions);
}

public interface IMessageProcessingContext : IPipelineContext
{
    string MessageId { get; }
    string ReplyToAddress { get; }
    IReadOnlyDictionary<string, string> MessageHeaders { get; }

    Task Reply(object message, ReplyOptions options);
    Task Reply<T>(Action<T> messageConstructor, ReplyOptions options);
    Task ForwardCurrentMessageTo(string destination);
}

public interface IMessageHandlerContext : IMessageProcessingContext
{
    ISynchronizedStorageSession SynchronizedStorageSession { get; }
    void DoNotContinueDispatchingCurrentMessageToHandlers();
}
