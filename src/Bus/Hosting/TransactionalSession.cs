using Microsoft.Extensions.DependencyInjection;
using NServiceBus;
using NServiceBus.Persistence;
using NServiceBus.TransactionalSession;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline;
using Roost.Bus.Pipeline.Incoming;
using Roost.Bus.Pipeline.Messages;

namespace Roost.Bus.Hosting;

/// <summary>
/// Rows and messages of an HTTP request in one commit. What was committed and not sent, because the process died in between, is found and
/// sent by the endpoint's outbox watch.
/// </summary>
sealed class TransactionalSession(EndpointInstance endpoint, IServiceProvider scope) : ITransactionalSession, IAsyncDisposable
{
    // In a scope that a message opened, the session is the message's own transaction.
    readonly MessageInProgress? handled = scope.GetRequiredService<ScopedMessage>().Context;

    // Asked for now: at the end of a scope that was left without a commit it gives out nothing any more.
    readonly StorageScope storage = scope.GetRequiredService<StorageScope>();

    IUnitOfWork? unit;
    Origin? origin;
    OpenSessionOptions? options;
    bool committed;

    public ISynchronizedStorageSession SynchronizedStorageSession => handled?.SynchronizedStorageSession ?? Opened(unit).Session;

    public string SessionId => handled?.MessageId ?? Opened(options).SessionId;

    public async Task Open(OpenSessionOptions sessionOptions, CancellationToken cancellationToken = default)
    {
        if (handled is not null) return;
        if (options is not null) throw new InvalidOperationException("This session is already open. Open should only be called once.");

        var runtime = await endpoint.Runtime(cancellationToken);
        unit = await runtime.Persistence!.BeginSession(sessionOptions.SessionId, cancellationToken);
        options = sessionOptions;
        origin = new Origin(scope, cancellationToken) { Batches = true };
        storage.Current = unit.Session;
    }

    public async Task Commit(CancellationToken cancellationToken = default)
    {
        if (handled is not null) return;
        var open = Opened(unit);
        if (committed) throw new InvalidOperationException("This session has already been committed.");
        // Asked for now: after the commit nothing may fail because the endpoint stops. The caller would repeat what is done.
        var runtime = await endpoint.Runtime(cancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options!.MaximumCommitDuration);
        await open.SaveChanges(limit.Token);
        var messages = Opened(origin).Batch;
        await open.Commit([.. messages.Reverse()], limit.Token);
        committed = true;
        await Close();

        if (messages.Count > 0) await runtime.SendCommitted(SessionIdOf(options), messages);
    }

    public Task Send(object message, SendOptions sendOptions, CancellationToken cancellationToken = default) =>
        endpoint.Outgoing.Send(message, sendOptions, Current());

    public Task Send<T>(Action<T> messageConstructor, SendOptions sendOptions, CancellationToken cancellationToken = default) =>
        Send(InterfaceMessages.Create(messageConstructor)!, sendOptions, cancellationToken);

    public Task Publish(object message, PublishOptions publishOptions, CancellationToken cancellationToken = default) =>
        endpoint.Outgoing.Publish(message, publishOptions, Current());

    public Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions, CancellationToken cancellationToken = default) =>
        Publish(InterfaceMessages.Create(messageConstructor)!, publishOptions, cancellationToken);

    Origin Current() =>
        handled ?? (committed ? throw new InvalidOperationException("This session has already been committed.") : Opened(origin));

    static T Opened<T>(T? part) where T : class =>
        part ?? throw new InvalidOperationException("The session has to be opened before it is used.");

    static string SessionIdOf(OpenSessionOptions options) => options.SessionId;

    async ValueTask Close()
    {
        if (unit is null) return;
        storage.Current = NoStorageSession.Instance;
        await unit.DisposeAsync();
    }

    public ValueTask DisposeAsync() => committed ? ValueTask.CompletedTask : Close();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
