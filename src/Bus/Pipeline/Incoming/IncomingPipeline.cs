using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NServiceBus.Pipeline;
using NServiceBus.Transport;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>
/// One message from its bytes to its committed effects. Two round trips to the database: one to look for a duplicate and load the sagas,
/// one to commit. What the handlers sent leaves after the commit; when that fails the message comes again and finds itself committed.
/// </summary>
sealed class IncomingPipeline(
    IServiceScopeFactory scopes, Deserialization deserialization, HandlerInvocation handlers, OutgoingPipeline outgoing, ITransport transport,
    IPersistence? persistence, bool outbox, AfterProcessing afterwards, IncomingStages stages, TimeProvider clock, ILogger logger)
{
    public async Task<MessageInProgress> Process(IncomingMessage message, CancellationToken ct)
    {
        var started = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var context = new MessageInProgress(message, outgoing, scope.ServiceProvider, ct);
        try
        {
            await (stages.Physical is null ? Read(context) : stages.Physical(context, () => Read(context))).ConfigureAwait(false);

            if (persistence is not null && context.Unit is null) await Begin(context, []).ConfigureAwait(false);
            if (context.Unit?.Duplicate is { } duplicate) await Repeat(duplicate, ct).ConfigureAwait(false);
            else await Complete(context, started).ConfigureAwait(false);
        }
        finally
        {
            if (context.Unit is not null) await context.Unit.DisposeAsync().ConfigureAwait(false);
        }
        await afterwards.AcknowledgeRetry(message.Headers, ct).ConfigureAwait(false);
        return context;
    }

    async Task Read(MessageInProgress context)
    {
        foreach (var logical in deserialization.Read(context.Message))
        {
            context.Begin(logical);
            await (stages.Logical is null ? Handle(context) : stages.Logical(context, () => Handle(context))).ConfigureAwait(false);
            if (context.Unit?.Duplicate is not null) return;
        }
    }

    async Task Handle(MessageInProgress context)
    {
        var found = handlers.For(context);
        if (found.Length == 0)
        {
            if (context.MessageHandled) return;
            if (!handlers.Has(context.Logical!.MessageType))
                throw new InvalidOperationException($"No handlers could be found for message type: {context.Logical.MessageType.FullName}");
            // A timeout where only messages of its type are handled, or the other way round: a saga that has changed since asked for it.
            logger.LogInformation("Message {MessageId} of type {MessageType} is for nobody here any more", context.MessageId, context.Logical.MessageType.FullName);
        }

        if (persistence is not null)
        {
            await Begin(context, handlers.FindSagas(found, context)).ConfigureAwait(false);
            if (context.Unit!.Duplicate is not null) return;
        }
        await handlers.Invoke(found, context).ConfigureAwait(false);
        context.MessageHandled = true;
    }

    /// <summary>Opens the transaction, or looks up more sagas in the one that is open.</summary>
    async Task Begin(MessageInProgress context, SagaQuery[] queries)
    {
        if (context.Unit is { } open)
        {
            if (queries.Length > 0) handlers.Found(await open.Load(queries, context.CancellationToken).ConfigureAwait(false), context);
            return;
        }
        try
        {
            context.Unit = await persistence!.Begin(context.MessageId, queries, context.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (StorageUnavailableException.IsReason(failure))
        {
            throw new StorageUnavailableException(failure);
        }
        context.Builder.GetRequiredService<StorageScope>().Current = context.Unit.Session;
        context.Builder.GetRequiredService<ScopedMessage>().Context = context;
        if (context.Unit.Duplicate is null) handlers.Found(context.Unit.Sagas, context);
    }

    async Task Complete(MessageInProgress context, DateTimeOffset started)
    {
        if (context.Unit is { } changed) await changed.SaveChanges(context.CancellationToken).ConfigureAwait(false);
        afterwards.Audit(context, started);
        var operations = context.Batch;
        if (context.Unit is { } unit)
        {
            foreach (var saga in context.Sagas) saga.Write(unit);
            // The stored order is the reverse of the order of sending: a row of this runtime looks like one of the official one.
            await unit.Commit(outbox ? [.. operations.Reverse()] : operations, context.CancellationToken).ConfigureAwait(false);
            // The connection serves others while the broker confirms.
            await unit.DisposeAsync().ConfigureAwait(false);
        }
        if (operations.Count > 0) await transport.Dispatch(operations, context.CancellationToken).ConfigureAwait(false);
        if (outbox) persistence!.MarkDispatched(context.MessageId);
    }

    /// <summary>An earlier attempt committed, and may have ended before everything was sent.</summary>
    async Task Repeat(StoredMessage duplicate, CancellationToken ct)
    {
        logger.LogInformation("Message {MessageId} was processed before; its handlers are not invoked again", duplicate.MessageId);
        if (!duplicate.Dispatched && duplicate.Operations.Count > 0)
            await transport.Dispatch([.. duplicate.Operations.Reverse()], ct).ConfigureAwait(false);
        persistence!.MarkDispatched(duplicate.MessageId);
    }
}

/// <summary>The behaviours of the incoming stages; null where there are none.</summary>
sealed record IncomingStages(
    Func<IIncomingPhysicalMessageContext, Func<Task>, Task>? Physical,
    Func<IIncomingLogicalMessageContext, Func<Task>, Task>? Logical,
    Func<IInvokeHandlerContext, Func<Task>, Task>? Handler);

/// <summary>The message of a DI scope, for services that need to know it.</summary>
sealed class ScopedMessage
{
    public MessageInProgress? Context { get; set; }
}
