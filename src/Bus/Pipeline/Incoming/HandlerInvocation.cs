using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NServiceBus;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Platform;
using Roost.Bus.Sagas;
using Roost.Bus.Telemetry;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>Runs the handlers of a message one after the other, each saga with its own state.</summary>
sealed class HandlerInvocation(
    HandlerCatalog catalog, SagaLookup lookup, IncomingStages stages, SagaAudit? audit, CombGuids ids, BusMetrics metrics, TimeProvider clock,
    ILogger logger)
{
    readonly bool hasSagas = catalog.Sagas.Count > 0;

    /// <summary>Whether the type is handled at all, as a message or as a timeout.</summary>
    public bool Has(Type messageType) => catalog.For(messageType).Length > 0;

    /// <summary>In an endpoint with sagas a timeout goes to timeout handlers only, and nothing else does.</summary>
    public HandlerDefinition[] For(MessageInProgress context)
    {
        var all = catalog.For(context.Logical!.MessageType);
        if (!hasSagas || all.Length == 0) return all;
        var isTimeout = context.Headers.ContainsKey(Headers.IsSagaTimeoutMessage);
        return Array.TrueForAll(all, handler => handler.IsTimeout == isTimeout)
            ? all
            : Array.FindAll(all, handler => handler.IsTimeout == isTimeout);
    }

    /// <summary>
    /// Notes which sagas the message is meant for and says how to find those that no earlier message of the same body has found: one instance is
    /// one, whoever means it.
    /// </summary>
    public SagaQuery[] FindSagas(HandlerDefinition[] handlers, MessageInProgress context)
    {
        if (!hasSagas) return [];
        var before = context.Sagas.Count;
        foreach (var handler in handlers)
        {
            if (handler.Saga is not { } saga || context.MeantSagas.Exists(meant => meant.Model == saga)) continue;
            if (lookup.Find(saga, context.Logical!, context.Headers) is not { } found) continue;
            if (context.Sagas.Find(known => known.Query == found.Query && !known.Completed) is { } same) context.MeantSagas.Add(same.MeantAgain(found));
            else Begin(found);
        }
        return [.. context.Sagas.Skip(before).Select(saga => saga.Query)];

        void Begin(SagaInProgress saga)
        {
            context.Sagas.Add(saga);
            context.MeantSagas.Add(saga);
        }
    }

    public void Found(IReadOnlyList<LoadedSaga?> sagas, MessageInProgress context)
    {
        var first = context.Sagas.Count - sagas.Count;
        for (var i = 0; i < sagas.Count; i++)
            if (sagas[i] is { } saga && !context.Sagas.Exists(ended => ended.Completed && ended.Data!.Id == saga.Data.Id)) context.Sagas[first + i].Found(saga);
    }

    public async Task Invoke(HandlerDefinition[] handlers, MessageInProgress context)
    {
        foreach (var handler in handlers)
        {
            if (handler.Saga is null)
                await InvokeOne(handler, handler.Create(context.Builder), context, sagaId: null).ConfigureAwait(false);
            else if (context.MeantSagas.Find(saga => saga.Model == handler.Saga) is { } saga)
                await InvokeSaga(handler, saga, context).ConfigureAwait(false);
            if (context.HandlerInvocationAborted) return;
        }
    }

    async Task InvokeSaga(HandlerDefinition handler, SagaInProgress saga, MessageInProgress context)
    {
        if (saga.Data is null && saga.MayStart) saga.Start(context.MessageId, context.Headers, ids);
        if (saga.Data is null || saga.Completed)
        {
            await NotFound(handler, saga, context).ConfigureAwait(false);
            return;
        }

        var (started, sentBefore) = audit is null ? default : (clock.GetUtcNow(), context.Batch.Count);
        var instance = (Saga)handler.Create(context.Builder);
        instance.Entity = saga.Data;
        context.Saga = saga.Active;
        try
        {
            await InvokeOne(handler, instance, context, saga.Active!.Id).ConfigureAwait(false);
        }
        finally
        {
            context.Saga = null;
        }
        saga.Handled(instance);
        if (audit is not null) await audit.Report(saga, context, started, context.Batch.Skip(sentBefore)).ConfigureAwait(false);
    }

    /// <summary>A finished saga gets what is still on its way: timeouts, late answers. That is no error.</summary>
    async Task NotFound(HandlerDefinition handler, SagaInProgress saga, MessageInProgress context)
    {
        logger.LogInformation(
            "Could not find a started saga of {SagaType} for message type {MessageType}",
            saga.Model.SagaType.FullName, context.Logical!.MessageType.FullName);
        if (handler.IsTimeout || saga.Model.NotFoundHandler is not { } type) return;

        var notFound = (ISagaNotFoundHandler)ActivatorUtilities.CreateInstance(context.Builder, type);
        await notFound.Handle(context.MessageBeingHandled, context).ConfigureAwait(false);
        if (notFound is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync().ConfigureAwait(false);
        else (notFound as IDisposable)?.Dispose();
    }

    async Task InvokeOne(HandlerDefinition handler, object instance, MessageInProgress context, string? sagaId)
    {
        var started = clock.GetTimestamp();
        using var activity = Tracing.StartHandler(handler.HandlerType, sagaId);
        context.Begin(handler, instance);
        try
        {
            await (stages.Handler is null
                ? handler.Call(instance, context.MessageBeingHandled, context)
                : stages.Handler(context, () => handler.Call(instance, context.MessageBeingHandled, context))).ConfigureAwait(false);
            metrics.HandlerSucceeded(handler, clock.GetElapsedTime(started));
        }
        catch (Exception failure)
        {
            metrics.HandlerFailed(handler, clock.GetElapsedTime(started), failure);
            Tracing.Fail(activity, failure);
            Describe(failure, handler, context, clock.GetElapsedTime(started));
            throw;
        }
    }

    /// <summary>The error queue shows these beside the stack trace.</summary>
    void Describe(Exception failure, HandlerDefinition handler, MessageInProgress context, TimeSpan elapsed)
    {
        var now = clock.GetUtcNow();
        context.Message.Failure?.Note(failure, new Dictionary<string, string>
        {
            ["Message type"] = context.Logical!.MessageType.FullName!,
            ["Handler type"] = handler.HandlerType.FullName!,
            ["Handler start time"] = DateTimeOffsetHelper.ToWireFormattedString(now - elapsed),
            ["Handler failure time"] = DateTimeOffsetHelper.ToWireFormattedString(now),
            ["Handler canceled"] = context.CancellationToken.IsCancellationRequested.ToString(),
        });
    }
}
