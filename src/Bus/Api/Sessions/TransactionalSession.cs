using NServiceBus.Extensibility;
using NServiceBus.Persistence;

namespace NServiceBus.TransactionalSession;

/// <summary>
/// Rows and messages that leave together or not at all, outside of a handler (an HTTP request). One per scope; what was not
/// committed is rolled back when the scope ends.
/// </summary>
public interface ITransactionalSession : IDisposable
{
    /// <summary>The open transaction: use it for the rows that belong to the messages.</summary>
    ISynchronizedStorageSession SynchronizedStorageSession { get; }

    string SessionId { get; }

    Task Open(OpenSessionOptions options, CancellationToken cancellationToken = default);
    Task Commit(CancellationToken cancellationToken = default);

    Task Send(object message, SendOptions sendOptions, CancellationToken cancellationToken = default);
    Task Send<T>(Action<T> messageConstructor, SendOptions sendOptions, CancellationToken cancellationToken = default);
    Task Publish(object message, PublishOptions publishOptions, CancellationToken cancellationToken = default);
    Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions, CancellationToken cancellationToken = default);
}

/// <summary>Found in the settings when a persistence enabled transactional sessions.</summary>
public sealed class TransactionalSessionOptions
{
    /// <summary>The official runtime lets another endpoint dispatch what a send-only one stored. Here every endpoint dispatches its own.</summary>
    public string? ProcessorEndpoint { get; set; }
}

/// <summary>How a session is opened; each persistence has its own kind.</summary>
public abstract class OpenSessionOptions
{
    /// <summary>How long a commit may take before it is given up.</summary>
    public TimeSpan MaximumCommitDuration { get; set; } = TimeSpan.FromSeconds(15);

    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    protected internal ContextBag Extensions { get; } = new();

    protected internal string SessionId { get; } = Guid.NewGuid().ToString();
}

public static class TransactionalSessionExtensions
{
    public static Task Send(this ITransactionalSession session, object message, CancellationToken cancellationToken = default) =>
        session.Send(message, new SendOptions(), cancellationToken);

    public static Task Send(
        this ITransactionalSession session, string destination, object message, CancellationToken cancellationToken = default) =>
        session.Send(message, PipelineContextExtensions.To(destination), cancellationToken);

    public static Task Send<T>(
        this ITransactionalSession session, Action<T> messageConstructor, CancellationToken cancellationToken = default) =>
        session.Send(messageConstructor, new SendOptions(), cancellationToken);

    public static Task SendLocal(this ITransactionalSession session, object message, CancellationToken cancellationToken = default) =>
        session.Send(message, PipelineContextExtensions.ToThisEndpoint(), cancellationToken);

    public static Task Publish(this ITransactionalSession session, object message, CancellationToken cancellationToken = default) =>
        session.Publish(message, new PublishOptions(), cancellationToken);

    public static Task Publish<T>(
        this ITransactionalSession session, Action<T> messageConstructor, CancellationToken cancellationToken = default) =>
        session.Publish(messageConstructor, new PublishOptions(), cancellationToken);
}
