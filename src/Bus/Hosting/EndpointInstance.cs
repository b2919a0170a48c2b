using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NServiceBus;
using NServiceBus.Installation;
using NServiceBus.TransactionalSession;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Recoverability;
using Roost.Bus.Transport;

namespace Roost.Bus.Hosting;

/// <summary>One endpoint in one process: connected, then receiving, then drained, each once.</summary>
sealed class EndpointInstance : IAsyncDisposable
{
    readonly EndpointBlueprint blueprint;
    readonly IServiceProvider services;
    readonly Lazy<EndpointAssembly> assembly;
    readonly TaskCompletionSource<EndpointRuntime> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly SemaphoreSlim stopping = new(1, 1);
    BackgroundWork? background;
    RateLimit? rateLimit;
    volatile bool stopped;

    public EndpointInstance(EndpointBlueprint blueprint, IServiceProvider services)
    {
        this.blueprint = blueprint;
        this.services = services;
        assembly = new Lazy<EndpointAssembly>(() => new EndpointAssembly(blueprint, services));
        Session = new MessageSession(this, services);
    }

    public IMessageSession Session { get; }

    /// <summary>Known to be connected: a session was opened.</summary>
    public OutgoingPipeline Outgoing => connected.Task.Result.Outgoing;

    /// <summary>Waits until the endpoint is connected; from then on it costs nothing.</summary>
    public ValueTask<EndpointRuntime> Runtime(CancellationToken ct)
    {
        if (stopped)
            throw new InvalidOperationException($"Endpoint '{blueprint.Name}' has been stopped; it can no longer send or publish.");
        return connected.Task.IsCompletedSuccessfully ? new(connected.Task.Result) : new(connected.Task.WaitAsync(ct));
    }

    public ITransactionalSession OpenTransactionalSession(IServiceProvider scope) => new TransactionalSession(this, scope);

    public async Task Create(CancellationToken ct)
    {
        var runtime = assembly.Value.Connectable();
        try
        {
            await runtime.Transport.Connect(ct);
            if (blueprint.Installers) await Install(runtime, ct);
            if (runtime.Persistence is { } persistence) await persistence.ClaimTables(ct);
        }
        catch
        {
            await runtime.DisposeAsync();
            throw;
        }
        connected.SetResult(runtime);
    }

    public async Task Start(CancellationToken ct)
    {
        var runtime = await connected.Task;
        var parts = assembly.Value;
        var criticalErrors = new CriticalErrors(blueprint.OnCriticalError, Stop, parts.Clock, parts.Logger);
        if (!blueprint.SendOnly) await StartReceiving(runtime, criticalErrors, ct);
        if (parts.Surroundings.RunsBackgroundWork) background = BackgroundWork.Start(blueprint, parts, runtime, criticalErrors, services);
    }

    /// <summary>Installs and nothing else: for a process that prepares the way for others.</summary>
    public async Task Install(CancellationToken ct)
    {
        var runtime = assembly.Value.Connectable();
        await runtime.Transport.Connect(ct);
        await Install(runtime, ct);
        await runtime.DisposeAsync();
    }

    /// <summary>Takes no more messages, finishes those in progress (until the token fires), then lets go of broker and storage.</summary>
    public async Task Stop(CancellationToken ct)
    {
        await stopping.WaitAsync(CancellationToken.None);
        try
        {
            if (stopped || !connected.Task.IsCompletedSuccessfully) return;
            var runtime = connected.Task.Result;
            if (!blueprint.SendOnly) await runtime.Transport.StopReceiving(ct);
            stopped = true;
            if (background is not null) await background.DisposeAsync();
            await runtime.DisposeAsync();
            rateLimit?.Dispose();
        }
        finally
        {
            stopping.Release();
        }
    }

    async Task StartReceiving(EndpointRuntime runtime, CriticalErrors criticalErrors, CancellationToken ct)
    {
        var parts = assembly.Value;
        foreach (var eventType in EventsToSubscribe(parts)) await runtime.Transport.Subscribe(blueprint.MainQueue, eventType, ct);

        if (blueprint.Recoverability.RateLimit is { } limit)
            rateLimit = new RateLimit(limit.Failures, limit.Settings, parts.Clock, parts.Logger);
        foreach (var queue in Queues())
        {
            var receiver = parts.ReceiverFor(queue, runtime, criticalErrors, rateLimit);
            await runtime.Transport.StartReceiving(
                new ReceiveSettings(
                    queue, blueprint.ErrorQueue, blueprint.MaxConcurrency, $"{parts.Host.DisplayName} - {blueprint.Name}", criticalErrors.Raise),
                receiver.Receive, ct);
        }
        parts.Logger.LogInformation("Endpoint {Endpoint} receives from {Queue}", blueprint.Name, blueprint.MainQueue);
    }

    IEnumerable<Type> EventsToSubscribe(EndpointAssembly parts) => parts.Handlers.All
        .Where(handler => !handler.IsTimeout && (handler.Saga is null || blueprint.AutoSubscribe.SubscribeSagas))
        .Select(handler => handler.MessageType)
        .Distinct()
        .Where(type => blueprint.Conventions.IsEvent(type) && !blueprint.AutoSubscribe.Disabled.Contains(type));

    async Task Install(EndpointRuntime runtime, CancellationToken ct)
    {
        var sendsTo = new[] { blueprint.ErrorQueue, blueprint.AuditQueue }.OfType<string>().ToArray();
        await runtime.Transport.Install(blueprint.SendOnly ? [] : [.. Queues()], blueprint.SendOnly ? [] : sendsTo, ct);
        if (runtime.Persistence is { } persistence)
            await persistence.Install([.. assembly.Value.Handlers.Sagas.Select(saga => saga.Table)], ct);

        await using var scope = services.CreateAsyncScope();
        var identity = blueprint.InstallIdentity ?? Environment.UserName;
        foreach (var type in blueprint.InstallerTypes)
            await ((INeedToInstallSomething)ActivatorUtilities.CreateInstance(scope.ServiceProvider, type)).Install(identity, ct);
    }

    IEnumerable<string> Queues() => blueprint.InstanceQueue is { } own ? [blueprint.MainQueue, own] : [blueprint.MainQueue];

    public async ValueTask DisposeAsync()
    {
        await Stop(new CancellationToken(canceled: true));
        stopping.Dispose();
    }
}
