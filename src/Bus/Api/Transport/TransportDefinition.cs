using Roost.Bus.Transport;

namespace NServiceBus.Transport;

public enum TransportTransactionMode { None = 0, ReceiveOnly = 1, SendsAtomicWithReceive = 2, TransactionScope = 3 }

/// <summary>A kind of broker and how to reach it.</summary>
public abstract class TransportDefinition
{
    public virtual TransportTransactionMode TransportTransactionMode { get; set; } = TransportTransactionMode.ReceiveOnly;

    /// <summary>Without it nothing can be sent for later: no deferred message, no saga timeout, no delayed retry.</summary>
    public virtual bool SupportsDelayedDelivery => true;

    /// <summary>Makes the connection of one endpoint; called once, at start.</summary>
    public abstract ITransport CreateTransport(TransportContext context);
}
