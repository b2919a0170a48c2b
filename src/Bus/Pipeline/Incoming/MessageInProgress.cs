using NServiceBus;
using NServiceBus.Persistence;
using NServiceBus.Pipeline;
using NServiceBus.Transport;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Sagas;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>
/// One message from arrival to commit. Behaviours of every stage and the handlers see this one object, each through its own interface.
/// </summary>
sealed class MessageInProgress : Origin, IIncomingPhysicalMessageContext, IIncomingLogicalMessageContext, IInvokeHandlerContext
{
    readonly OutgoingPipeline outgoing;
    HandlerDefinition? handler;
    object? handlerInstance;

    public MessageInProgress(IncomingMessage message, OutgoingPipeline outgoing, IServiceProvider services, CancellationToken ct)
        : base(services, ct)
    {
        this.outgoing = outgoing;
        Incoming = message;
        Message = message;
        ReceivedBody = message.Body;
        Batches = true;
    }

    public IncomingMessage Message { get; }

    /// <summary>As it arrived, whatever a behaviour made of it.</summary>
    public ReadOnlyMemory<byte> ReceivedBody { get; }

    public LogicalMessage? Logical { get; private set; }
    public bool MessageHandled { get; set; }
    public bool HandlerInvocationAborted { get; private set; }

    /// <summary>The open transaction; null before the handlers' turn, and always without persistence.</summary>
    public IUnitOfWork? Unit { get; set; }

    /// <summary>The sagas this message found or began, for whichever of the messages in its body.</summary>
    public List<SagaInProgress> Sagas { get; } = [];

    /// <summary>Those of them that the message being handled is meant for.</summary>
    public List<SagaInProgress> MeantSagas { get; } = [];

    public string MessageId => Message.MessageId;
    public Dictionary<string, string> Headers => Message.Headers;
    public string ReplyToAddress => Headers.GetValueOrDefault(NServiceBus.Headers.ReplyToAddress)!;
    public IReadOnlyDictionary<string, string> MessageHeaders => Headers;
    public ISynchronizedStorageSession SynchronizedStorageSession => Unit?.Session ?? NoStorageSession.Instance;

    LogicalMessage IIncomingLogicalMessageContext.Message => Logical!;
    public object MessageBeingHandled => Logical!.Instance;
    public MessageMetadata MessageMetadata => Logical!.Metadata;
    public MessageHandler MessageHandler => new(handler!.HandlerType, handlerInstance, handler.IsTimeout);

    public void Begin(LogicalMessage logical)
    {
        (Logical, MessageHandled, HandlerInvocationAborted) = (logical, false, false);
        MeantSagas.Clear();
    }

    public void Begin(HandlerDefinition definition, object instance) => (handler, handlerInstance) = (definition, instance);

    public void UpdateMessage(ReadOnlyMemory<byte> body) => Message.Body = body;

    public void UpdateMessageInstance(object newInstance)
    {
        Logical!.Instance = newInstance;
        Logical.Metadata = outgoing.Catalog.Get(newInstance.GetType());
    }

    public void DoNotContinueDispatchingCurrentMessageToHandlers() => HandlerInvocationAborted = true;

    public Task Send(object message, SendOptions options) => outgoing.Send(message, options, this);

    public Task Send<T>(Action<T> messageConstructor, SendOptions options) =>
        outgoing.Send(InterfaceMessages.Create(messageConstructor)!, options, this);

    public Task Publish(object message, PublishOptions options) => outgoing.Publish(message, options, this);

    public Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions) =>
        outgoing.Publish(InterfaceMessages.Create(messageConstructor)!, publishOptions, this);

    public Task Reply(object message, ReplyOptions options) => outgoing.Reply(message, options, this);

    public Task Reply<T>(Action<T> messageConstructor, ReplyOptions options) =>
        outgoing.Reply(InterfaceMessages.Create(messageConstructor)!, options, this);

    public Task ForwardCurrentMessageTo(string destination)
    {
        outgoing.Add(new OutgoingOperation(MessageId, new Dictionary<string, string>(Headers), Message.Body) { Destination = destination }, this);
        return Task.CompletedTask;
    }
}
