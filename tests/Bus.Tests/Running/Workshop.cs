using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NServiceBus.Transport;
using Roost.Bus.Hosting;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Running;

/// <summary>
/// One endpoint without servers, through the same seam as the simulation: what it sends is kept, what it receives is handed to it by the test.
/// For rules of the pipeline; what depends on a broker or a database is tested on real ones.
/// </summary>
sealed class Workshop : IAsyncDisposable
{
    readonly IHost host;
    readonly RecordingTransport transport;
    readonly EndpointInstance endpoint;

    Workshop(IHost host, RecordingTransport transport, EndpointInstance endpoint) =>
        (this.host, this.transport, this.endpoint) = (host, transport, endpoint);

    public IMessageSession Session => host.Services.GetRequiredService<IMessageSession>();
    public IServiceProvider Services => host.Services;

    /// <summary>Everything that left, in the order of leaving.</summary>
    public List<OutgoingOperation> Sent => transport.Sent;

    public List<Type> Subscriptions => transport.Subscriptions;

    public bool BrokerIsDown
    {
        set
        {
            transport.IsDown = value;
            if (value) transport.Back = new(TaskCreationOptions.RunContinuationsAsynchronously);
            else transport.Back.TrySetResult();
        }
    }

    /// <summary>A queue that is not there.</summary>
    public string MissingQueue
    {
        set => transport.MissingQueue = value;
    }

    /// <summary>What the broker does not take.</summary>
    public Func<OutgoingOperation, bool> Refuses
    {
        set => transport.Refuses = value;
    }

    /// <summary>One round of what an endpoint does in the background.</summary>
    public async Task<int> SendForgotten() => await (await endpoint.Runtime(CancellationToken.None)).SendForgotten(CancellationToken.None);

    public static async Task<Workshop> Open(
        Action<EndpointConfiguration, RoutingSettings> configure, Action<IServiceCollection>? services = null, string name = "Workshop",
        bool delays = true)
    {
        var transport = new RecordingTransport();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<Surroundings>(new OwnSurroundings(transport));
        services?.Invoke(builder.Services);

        var endpoint = new EndpointConfiguration(name);
        endpoint.AssemblyScanner().Disable = true;
        endpoint.UseSerialization<SystemJsonSerializer>();
        configure(endpoint, endpoint.UseTransport(new NoBroker(delays)));
        builder.Services.AddNServiceBusEndpoint(endpoint);

        var host = builder.Build();
        await host.StartAsync();
        return new Workshop(host, transport, host.Services.GetRequiredKeyedService<EndpointInstance>(endpoint.Blueprint));
    }

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Delivers to the endpoint as a broker would, and says what it answered.</summary>
    public Task<Settlement> Deliver(
        string body, Type? type, Dictionary<string, string>? headers = null, int attempt = 1, CancellationToken withdrawn = default,
        CancellationToken ct = default)
    {
        var all = new Dictionary<string, string>(headers ?? []);
        if (type is not null) all.TryAdd("NServiceBus.EnclosedMessageTypes", type.AssemblyQualifiedName!);
        all.TryAdd("NServiceBus.MessageId", Guid.NewGuid().ToString());
        return transport.OnMessage!(new Delivery("native", all, System.Text.Encoding.UTF8.GetBytes(body), attempt) { Withdrawn = withdrawn }, ct)
            .WaitAsync(Patience, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    sealed class OwnSurroundings(RecordingTransport transport) : Surroundings
    {
        public override ITransport Transport(TransportDefinition definition, TransportContext context) => transport;
        public override bool RunsBackgroundWork => false;
    }

    sealed class NoBroker(bool delays) : TransportDefinition
    {
        public override bool SupportsDelayedDelivery => delays;

        public override ITransport CreateTransport(TransportContext context) =>
            throw new NotSupportedException("replaced by the workshop's own");
    }
}

sealed class RecordingTransport : ITransport
{
    public List<OutgoingOperation> Sent { get; } = [];
    public bool IsDown { get; set; }
    public TaskCompletionSource Back { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public Func<OutgoingOperation, bool> Refuses { get; set; } = _ => false;
    public string? MissingQueue { get; set; }
    public List<Type> Subscriptions { get; } = [];
    public Func<Delivery, CancellationToken, Task<Settlement>>? OnMessage { get; private set; }

    public Task Install(IReadOnlyCollection<string> receiveQueues, IReadOnlyCollection<string> sendQueues, CancellationToken ct) =>
        Task.CompletedTask;

    public Task Connect(CancellationToken ct) => Task.CompletedTask;

    public Task Subscribe(string queue, Type eventType, CancellationToken ct)
    {
        Subscriptions.Add(eventType);
        return Task.CompletedTask;
    }

    public Task Unsubscribe(string queue, Type eventType, CancellationToken ct)
    {
        Subscriptions.Remove(eventType);
        return Task.CompletedTask;
    }

    public Task Dispatch(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct)
    {
        if (IsDown) throw new IOException("the broker is down");
        foreach (var operation in operations) BrokerLimits.Check(operation, HeaderSpace.Usual, TimeProvider.System.GetUtcNow());
        if (operations.Any(operation => operation.Destination is { } queue && queue == MissingQueue)) throw new NoQueueException($"there is no queue '{MissingQueue}'");
        if (operations.Any(Refuses)) throw new IOException("the broker refuses it");
        lock (Sent) Sent.AddRange(operations);
        return Task.CompletedTask;
    }

    public Task Ready(CancellationToken ct) => IsDown ? Back.Task.WaitAsync(ct) : Task.CompletedTask;

    public Task<long> CountWaiting(string queue, CancellationToken ct) => Task.FromResult(0L);

    public Task StartReceiving(
        ReceiveSettings settings, Func<Delivery, CancellationToken, Task<Settlement>> onMessage, CancellationToken ct)
    {
        OnMessage = onMessage;
        return Task.CompletedTask;
    }

    public Task StopReceiving(CancellationToken ct) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
