namespace NServiceBus.Testing;

public partial class TestableSaga<TSaga, TSagaData>
{
    /// <summary>What one message did to the saga.</summary>
    public class HandleResult
    {
        internal HandleResult(
            Guid sagaId, bool completed, TSagaData snapshot, TestableMessageHandlerContext context, QueuedSagaMessage handled) =>
            (SagaId, Completed, SagaDataSnapshot, Context, HandledMessage) = (sagaId, completed, snapshot, context, handled);

        public Guid SagaId { get; }
        public bool Completed { get; }

        /// <summary>A copy of the state after this message; later ones do not change it.</summary>
        public TSagaData SagaDataSnapshot { get; }

        public TestableMessageHandlerContext Context { get; }
        public QueuedSagaMessage HandledMessage { get; }

        public TMessage? FindSentMessage<TMessage>() => Context.FindSentMessage<TMessage>();

        public TMessage? FindPublishedMessage<TMessage>() => Context.FindPublishedMessage<TMessage>();

        public TMessage? FindTimeoutMessage<TMessage>() => Context.FindTimeoutMessage<TMessage>();

        public TMessage? FindReplyMessage<TMessage>() => Context.FindReplyMessage<TMessage>();
    }
}
