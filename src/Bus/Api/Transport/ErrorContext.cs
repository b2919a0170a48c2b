using NServiceBus.Extensibility;

namespace NServiceBus.Transport;

/// <summary>One failed attempt to process a message, as the recoverability policy sees it.</summary>
public sealed class ErrorContext(
    Exception exception, Dictionary<string, string> headers, string nativeMessageId, string messageId, ReadOnlyMemory<byte> body,
    int immediateProcessingFailures, int delayedDeliveriesPerformed, string receiveAddress, ContextBag extensions)
{
    public Exception Exception { get; } = exception;
    public Dictionary<string, string> Headers { get; } = headers;
    public string NativeMessageId { get; } = nativeMessageId;
    public string MessageId { get; } = messageId;
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>How often this delivery was tried, this time included.</summary>
    public int ImmediateProcessingFailures { get; } = immediateProcessingFailures;

    public int DelayedDeliveriesPerformed { get; } = delayedDeliveriesPerformed;
    public string ReceiveAddress { get; } = receiveAddress;
    public ContextBag Extensions { get; } = extensions;

    /// <summary>What the runtime knows of the failure besides the exception.</summary>
    internal Dictionary<string, string> Facts { get; init; } = [];
}
