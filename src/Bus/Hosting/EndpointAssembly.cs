using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NServiceBus.Pipeline;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline.Incoming;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Platform;
using Roost.Bus.Recoverability;
using Roost.Bus.Sagas;
using Roost.Bus.Telemetry;
using Roost.Bus.Transport;

namespace Roost.Bus.Hosting;

/// <summary>Puts an endpoint together from its blueprint. Whatever is wrong with the configuration is said here, before anything connects.</summary>
sealed class EndpointAssembly
{
    readonly EndpointBlueprint blueprint;
    readonly IServiceProvider services;
    readonly CombGuids ids;
    readonly Addresses addresses;
    readonly OutgoingHeaders headers;
    readonly ILoggerFactory loggers;

    public EndpointAssembly(EndpointBlueprint blueprint, IServiceProvider services)
    {
        Check(blueprint);
        this.blueprint = blueprint;
        this.services = services;
        loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        Logger = new UnfailingLog(loggers.CreateLogger("NServiceBus." + blueprint.Name));
        Clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Surroundings = services.GetService<Surroundings>() ?? new Surroundings();
        Host = new HostIdentity(blueprint.HostInfo);
        Metrics = new BusMetrics(blueprint.MainQueue, blueprint.InstanceDiscriminator);

        Handlers = new HandlerCatalog(
            blueprint.SendOnly ? [] : blueprint.Handlers,
            blueprint.Persistence is { } persistence ? persistence.TableSuffixOf : saga => saga.Name);
        if (Handlers.Sagas.Count > 0 && blueprint.Persistence is null)
            throw new InvalidOperationException(
                $"Endpoint '{blueprint.Name}' has sagas and no persistence. Choose one with UsePersistence.");
        foreach (var timeout in Handlers.All.Where(handler => handler.IsTimeout)) blueprint.Conventions.Registered.Add(timeout.MessageType);
        blueprint.Routes.Expand(blueprint.Conventions);

        Messages = new MessageCatalog(blueprint.Conventions);
        foreach (var handled in Handlers.MessageTypes.Where(blueprint.Conventions.IsEvent)) Messages.Get(handled).CheckPublishable();
        ids = new CombGuids(Clock, Surroundings.NewGuid);
        addresses = new Addresses(
            blueprint.Name, blueprint.SendOnly, blueprint.MainQueue, blueprint.InstanceQueue, blueprint.PublicReturnAddress, blueprint.Routes);
        headers = new OutgoingHeaders(blueprint, Host, addresses, ids, Clock);
    }

    public TimeProvider Clock { get; }
    public ILogger Logger { get; }
    public Surroundings Surroundings { get; }
    public HostIdentity Host { get; }
    public BusMetrics Metrics { get; }
    public HandlerCatalog Handlers { get; }
    public MessageCatalog Messages { get; }

    public EndpointRuntime Connectable()
    {
        var transport = Surroundings.Transport(
            blueprint.Transport!, new TransportContext(blueprint.Name, Host.DisplayName, Clock, loggers));
        var persistence = blueprint.Persistence is null ? null : Surroundings.Persistence(
            blueprint.Persistence, new PersistenceContext(blueprint.Name, blueprint.Outbox, blueprint.Settings, Clock, loggers));

        var stages = new OutgoingStages(
            blueprint.Behaviors.Build<IOutgoingLogicalMessageContext>(services), blueprint.Behaviors.Build<IOutgoingPhysicalMessageContext>(services));
        var outgoing = new OutgoingPipeline(
            Messages, blueprint.Routes, addresses, headers, ids, blueprint.Serializer!, transport, blueprint.Transport!.SupportsDelayedDelivery, stages, Clock);
        return new EndpointRuntime(blueprint, transport, persistence, outgoing, Clock, Logger);
    }

    public Receiver ReceiverFor(string queue, EndpointRuntime runtime, CriticalErrors criticalErrors, RateLimit? rateLimit)
    {
        var stages = new IncomingStages(
            blueprint.Behaviors.Build<IIncomingPhysicalMessageContext>(services),
            blueprint.Behaviors.Build<IIncomingLogicalMessageContext>(services),
            blueprint.Behaviors.Build<IInvokeHandlerContext>(services));
        var types = new EnclosedTypes(Messages, Handlers.MessageTypes.Concat(blueprint.Routes.MessageTypes).Where(Messages.IsMessage));
        var deserialization = new Deserialization(blueprint.Serializer!, blueprint.Deserializers, types);
        var invocation = new HandlerInvocation(
            Handlers, new SagaLookup(Handlers.Sagas, Logger), stages, SagaAudit(runtime), ids, Metrics, Clock, Logger);
        var afterwards = new AfterProcessing(blueprint, Host, deserialization, headers, runtime.Transport, ids, Clock);
        var pipeline = new IncomingPipeline(
            services.GetRequiredService<IServiceScopeFactory>(), deserialization, invocation, runtime.Outgoing, runtime.Transport, runtime.Persistence,
            blueprint.Outbox, afterwards, stages, Clock, Logger);
        var recoverer = new Recoverer(
            blueprint.Recoverability, blueprint.ErrorQueue, new FailureHeaders(blueprint.Name, Host, Clock), headers, runtime.Transport, Metrics,
            Clock, Logger);
        var mayChangeHeaders = blueprint.Platform.SagaAudit is not null || stages is not { Physical: null, Logical: null, Handler: null };
        return new Receiver(queue, pipeline, recoverer, rateLimit, criticalErrors, Metrics, mayChangeHeaders, Clock, Logger);
    }

    public PlatformSender PlatformSender(EndpointRuntime runtime) =>
        new(runtime.Transport, blueprint.SendOnly ? null : blueprint.MainQueue, Surroundings.NewGuid);

    SagaAudit? SagaAudit(EndpointRuntime runtime) => blueprint.Platform.SagaAudit is { } settings
        ? new SagaAudit(settings, blueprint.Name, PlatformSender(runtime), Clock, Logger)
        : null;

    static void Check(EndpointBlueprint blueprint)
    {
        if (blueprint.Transport is null)
            throw new InvalidOperationException($"Endpoint '{blueprint.Name}' has no transport. Choose one with UseTransport.");
        if (blueprint.Serializer is null)
            throw new InvalidOperationException($"Endpoint '{blueprint.Name}' has no serializer. Choose one with UseSerialization.");
        if (blueprint.Outbox && blueprint.Persistence is null)
            throw new InvalidOperationException(
                $"Endpoint '{blueprint.Name}' enables the outbox and has no persistence. Choose one with UsePersistence.");
        if (!blueprint.SendOnly && !blueprint.Transport.SupportsDelayedDelivery && blueprint.Recoverability.DelayedSettings.Retries > 0)
            throw new InvalidOperationException(
                $"Endpoint '{blueprint.Name}' has delayed retries and a transport whose delayed delivery is disabled. " +
                "Enable it, or set the number of delayed retries to 0.");
    }
}
