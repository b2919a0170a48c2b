using Roost.Bus.Pipeline;

namespace NServiceBus.MessageMutator
{
    /// <summary>Changes message objects after they were read.</summary>
    public interface IMutateIncomingMessages
    {
        Task MutateIncoming(MutateIncomingMessageContext context);
    }

    /// <summary>Changes bodies before they are read.</summary>
    public interface IMutateIncomingTransportMessages
    {
        Task MutateIncoming(MutateIncomingTransportMessageContext context);
    }

    /// <summary>Changes message objects before they are written.</summary>
    public interface IMutateOutgoingMessages
    {
        Task MutateOutgoing(MutateOutgoingMessageContext context);
    }

    /// <summary>Changes bodies after they were written.</summary>
    public interface IMutateOutgoingTransportMessages
    {
        Task MutateOutgoing(MutateOutgoingTransportMessageContext context);
    }

    public sealed class MutateIncomingMessageContext(object message, Dictionary<string, string> headers, CancellationToken ct)
        : ICancellableContext
    {
        public object Message { get; set; } = message;
        public Dictionary<string, string> Headers { get; } = headers;
        public CancellationToken CancellationToken { get; } = ct;
    }

    public sealed class MutateIncomingTransportMessageContext(
        ReadOnlyMemory<byte> body, Dictionary<string, string> headers, CancellationToken ct) : ICancellableContext
    {
        public ReadOnlyMemory<byte> Body { get; set; } = body;
        public Dictionary<string, string> Headers { get; } = headers;
        public CancellationToken CancellationToken { get; } = ct;
    }

    public sealed class MutateOutgoingMessageContext(object message, Dictionary<string, string> headers, CancellationToken ct)
        : ICancellableContext
    {
        public object OutgoingMessage { get; set; } = message;
        public Dictionary<string, string> OutgoingHeaders { get; } = headers;
        public CancellationToken CancellationToken { get; } = ct;
    }

    public sealed class MutateOutgoingTransportMessageContext(
        ReadOnlyMemory<byte> body, object message, Dictionary<string, string> headers, CancellationToken ct) : ICancellableContext
    {
        public ReadOnlyMemory<byte> OutgoingBody { get; set; } = body;
        public object OutgoingMessage { get; } = message;
        public Dictionary<string, string> OutgoingHeaders { get; } = headers;
        public CancellationToken CancellationToken { get; } = ct;
    }

    public static class MutatorRegistrationExtensions
    {
        /// <summary>Each of the four interfaces that the object implements takes effect, before the behaviours of that stage.</summary>
        public static void RegisterMessageMutator(this EndpointConfiguration endpointConfiguration, object messageMutator)
        {
            if (!Mutating.Register(messageMutator, endpointConfiguration.Blueprint.Behaviors))
                throw new ArgumentException(
                    "The object is no mutator: it implements none of the four mutator interfaces.", nameof(messageMutator));
        }
    }
}
