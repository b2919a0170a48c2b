namespace Roost.Bus.Transport;

/// <summary>The message has no queue to go to. That is not the state of the broker: waiting does not help until somebody makes the queue.</summary>
public sealed class NoQueueException(string message, Exception? cause = null) : Exception(message, cause);
