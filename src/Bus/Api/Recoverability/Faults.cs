using System.Runtime.Serialization;

namespace NServiceBus.Faults
{
    public sealed record ImmediateRetryMessage(
        string MessageId, Dictionary<string, string> Headers, ReadOnlyMemory<byte> Body, Exception Exception, int RetryAttempt);

    public sealed record DelayedRetryMessage(
        string MessageId, Dictionary<string, string> Headers, ReadOnlyMemory<byte> Body, Exception Exception, int RetryAttempt);

    public sealed record FailedMessage(
        string MessageId, Dictionary<string, string> Headers, ReadOnlyMemory<byte> Body, Exception Exception, string ErrorQueue);
}

namespace NServiceBus
{
    /// <summary>The body cannot become a message, however often it is tried.</summary>
    public sealed class MessageDeserializationException : SerializationException
    {
        public MessageDeserializationException(string message) : base(message) { }

        public MessageDeserializationException(string message, Exception innerException) : base(message, innerException) { }
    }
}
