using NServiceBus;
using Roost.Bus.Pipeline;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Telemetry;

namespace Roost.Bus.Hosting;

/// <summary>Sends from outside of handlers. Whoever calls before the endpoint is connected waits for it.</summary>
sealed class MessageSession(EndpointInstance endpoint, IServiceProvider services) : IMessageSession
{
    public async Task Send(object message, SendOptions sendOptions, CancellationToken cancellationToken = default) =>
        await (await Outgoing(cancellationToken)).Send(message, sendOptions, new Origin(services, cancellationToken));

    public Task Send<T>(Action<T> messageConstructor, SendOptions sendOptions, CancellationToken cancellationToken = default) =>
        Send(InterfaceMessages.Create(messageConstructor)!, sendOptions, cancellationToken);

    public async Task Publish(object message, PublishOptions publishOptions, CancellationToken cancellationToken = default) =>
        await (await Outgoing(cancellationToken)).Publish(message, publishOptions, new Origin(services, cancellationToken));

    public Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions, CancellationToken cancellationToken = default) =>
        Publish(InterfaceMessages.Create(messageConstructor)!, publishOptions, cancellationToken);

    public async Task Subscribe(Type eventType, SubscribeOptions subscribeOptions, CancellationToken cancellationToken = default)
    {
        var runtime = await endpoint.Runtime(cancellationToken);
        if (!subscribeOptions.SkipBestPractices) BestPractices.CheckSubscribe(runtime.Outgoing.Catalog.Get(eventType));
        using var activity = Tracing.StartSubscription(subscribe: true, eventType);
        await runtime.Transport.Subscribe(runtime.QueueForSubscriptions, eventType, cancellationToken);
    }

    public async Task Unsubscribe(Type eventType, UnsubscribeOptions unsubscribeOptions, CancellationToken cancellationToken = default)
    {
        var runtime = await endpoint.Runtime(cancellationToken);
        using var activity = Tracing.StartSubscription(subscribe: false, eventType);
        await runtime.Transport.Unsubscribe(runtime.QueueForSubscriptions, eventType, cancellationToken);
    }

    async ValueTask<OutgoingPipeline> Outgoing(CancellationToken ct) => (await endpoint.Runtime(ct)).Outgoing;
}
