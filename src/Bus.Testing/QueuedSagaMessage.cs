namespace NServiceBus.Testing;

/// <summary>A message on its way to the saga.</summary>
public class QueuedSagaMessage
{
    internal QueuedSagaMessage(Type type, object message, IReadOnlyDictionary<string, string>? headers) =>
        (Type, Message, Headers) = (type, message, new Dictionary<string, string>(headers ?? new Dictionary<string, string>()));

    public Type Type { get; }
    public object Message { get; }
    public Dictionary<string, string> Headers { get; }

    internal bool IsTimeout { get; init; }
}
