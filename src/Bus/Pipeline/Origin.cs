using NServiceBus.Extensibility;
using NServiceBus.Transport;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline;

/// <summary>
/// Where an outgoing message comes from: a message in progress, a transactional session, or just the application.
/// </summary>
class Origin(IServiceProvider services, CancellationToken ct)
{
    List<OutgoingOperation>? batch;
    ContextBag? extensions;

    public IServiceProvider Builder { get; } = services;
    public CancellationToken CancellationToken { get; } = ct;
    public ContextBag Extensions => extensions ??= new ContextBag();

    /// <summary>The message being handled; null outside of handlers.</summary>
    public IncomingMessage? Incoming { get; protected init; }

    /// <summary>The saga whose handler is running.</summary>
    public ActiveSaga? Saga { get; set; }

    /// <summary>True when messages wait for the commit; otherwise each leaves at once.</summary>
    public bool Batches { get; init; }

    public IReadOnlyList<OutgoingOperation> Batch => batch ?? (IReadOnlyList<OutgoingOperation>)[];

    /// <summary>Handlers may send several messages at the same time.</summary>
    public void Add(OutgoingOperation operation)
    {
        lock (Builder) (batch ??= []).Add(operation);
    }
}

/// <summary>What every message sent by a saga says about it.</summary>
sealed record ActiveSaga(string Id, string AssemblyQualifiedName);
