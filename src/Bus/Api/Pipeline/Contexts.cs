using NServiceBus.Transport;

namespace NServiceBus.Transport
{
    /// <summary>A message as it arrived.</summary>
    public sealed class IncomingMessage
    {
        internal IncomingMessage(string nativeMessageId, string messageId, Dictionary<string, string> headers, ReadOnlyMemory<byte> body) =>
            (NativeMessageId, MessageId, Headers, Body) = (nativeMessageId, messageId, headers, body);

        public string MessageId { get; }
        public string NativeMessageId { get; }
        public Dictionary<string, string> Headers { get; }
        public ReadOnlyMemory<byte> Body { get; internal set; }

        internal Roost.Bus.Recoverability.HandlerFailure? Failure { get; init; }
    }
}

namespace NServiceBus.Pipeline
{
    /// <summary>The body has arrived and was not read yet.</summary>
    public interface IIncomingPhysicalMessageContext : IIncomingContext
    {
        IncomingMessage Message { get; }
        void UpdateMessage(ReadOnlyMemory<byte> body);
    }

    /// <summary>The body was read; no handler ran yet and no transaction is open.</summary>
    public interface IIncomingLogicalMessageContext : IIncomingContext
    {
        LogicalMessage Message { get; }
        Dictionary<string, string> Headers { get; }
        bool MessageHandled { get; set; }
        void UpdateMessageInstance(object newInstance);
    }

    /// <summary>One handler is about to run, inside the transaction.</summary>
    public interface IInvokeHandlerContext : IIncomingContext, IMessageHandlerContext
    {
        MessageHandler MessageHandler { get; }
        object MessageBeingHandled { get; }
        Dictionary<string, string> Headers { get; }
        MessageMetadata MessageMetadata { get; }
        bool HandlerInvocationAborted { get; }
    }

    public interface IIncomingContext : IMessageProcessingContext, IBehaviorContext;

    public interface IOutgoingContext : IBehaviorContext, IPipelineContext
    {
        string MessageId { get; }
        Dictionary<string, string> Headers { get; }
    }

    /// <summary>A message object on its way out, not serialised yet.</summary>
    public interface IOutgoingLogicalMessageContext : IOutgoingContext
    {
        OutgoingLogicalMessage Message { get; }
        void UpdateMessage(object newInstance);
    }

    /// <summary>A message on its way out, serialised and with all its headers.</summary>
    public interface IOutgoingPhysicalMessageContext : IOutgoingContext
    {
        ReadOnlyMemory<byte> Body { get; }
        void UpdateMessage(ReadOnlyMemory<byte> body);
    }

    public sealed record OutgoingLogicalMessage(Type MessageType, object Instance);

    public sealed class LogicalMessage
    {
        internal LogicalMessage(MessageMetadata metadata, object instance) => (Metadata, Instance) = (metadata, instance);

        public Type MessageType => Metadata.MessageType;
        public MessageMetadata Metadata { get; internal set; }
        public object Instance { get; internal set; }
    }

    public sealed class MessageMetadata
    {
        internal MessageMetadata(Type messageType, Type[] messageHierarchy) =>
            (MessageType, MessageHierarchy) = (messageType, messageHierarchy);

        public Type MessageType { get; }

        /// <summary>The type itself, then every base class and interface that is a message too, the most derived first.</summary>
        public Type[] MessageHierarchy { get; }

        internal string EnclosedMessageTypes { get; init; } = "";
        internal bool IsCommand { get; init; }
        internal bool IsEvent { get; init; }
        internal Type? TooLongForAnExchange { get; init; }
        internal TimeSpan? TimeToBeReceived { get; init; }

        internal void CheckPublishable()
        {
            if (TooLongForAnExchange is not null)
                throw new ArgumentException($"{MessageType.Name} can never be published: the name of {TooLongForAnExchange.Name} is too long for an exchange.");
        }
    }

    /// <summary>The handler that is about to run.</summary>
    public sealed class MessageHandler
    {
        internal MessageHandler(Type handlerType, object? instance, bool isTimeoutHandler) =>
            (HandlerType, Instance, IsTimeoutHandler) = (handlerType, instance, isTimeoutHandler);

        public object? Instance { get; }
        public Type HandlerType { get; }
        public bool IsTimeoutHandler { get; }
    }
}
