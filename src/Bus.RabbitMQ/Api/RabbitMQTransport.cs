using System.Security.Cryptography.X509Certificates;
using NServiceBus.Transport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Bus.RabbitMQ;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.Telemetry;
using Roost.Bus.Transport;

namespace NServiceBus;

/// <summary>RabbitMQ as transport: conventional topology, publisher confirms, acknowledgement after processing.</summary>
public class RabbitMQTransport : TransportDefinition
{
    readonly RoutingTopology topology;
    readonly BrokerAddress address;
    readonly List<ClusterNode> clusterNodes = [];

    public RabbitMQTransport(RoutingTopology routingTopology, string connectionString)
        : this(routingTopology, connectionString, enableDelayedDelivery: true)
    {
    }

    public RabbitMQTransport(RoutingTopology routingTopology, string connectionString, bool enableDelayedDelivery)
    {
        ArgumentNullException.ThrowIfNull(routingTopology);
        topology = routingTopology;
        address = BrokerAddress.Parse(connectionString);
        SupportsDelayedDelivery = enableDelayedDelivery;
    }

    public override TransportTransactionMode TransportTransactionMode
    {
        get;
        set => field = value == TransportTransactionMode.ReceiveOnly
            ? value
            : throw new NotSupportedException($"RabbitMQ supports {TransportTransactionMode.ReceiveOnly} only, not {value}.");
    } = TransportTransactionMode.ReceiveOnly;

    public override bool SupportsDelayedDelivery { get; }

    public ManagementApiConfiguration? ManagementApiConfiguration { get; set; }

    /// <summary>Refuse to start on a queue that drops messages after fewer deliveries than retries may need.</summary>
    public bool ValidateDeliveryLimits { get; set; } = true;

    public BrokerRequirementChecks DisabledBrokerRequirementChecks { get; set; }

    public PrefetchCountCalculation PrefetchCountCalculation
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = concurrency => 3L * concurrency;

    /// <summary>
    /// A connection that fell silent is given up after three to four of these, so this default heals a half-open one in less than 30 s.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set => field = Positive(value, nameof(HeartbeatInterval)); } = TimeSpan.FromSeconds(7);

    /// <summary>The longest pause between two attempts to connect again; the first ones are shorter.</summary>
    public TimeSpan NetworkRecoveryInterval { get; set => field = Positive(value, nameof(NetworkRecoveryInterval)); } = TimeSpan.FromSeconds(10);

    public TimeSpan TimeToWaitBeforeTriggeringCircuitBreaker
    {
        get;
        set => field = Positive(value, nameof(TimeToWaitBeforeTriggeringCircuitBreaker));
    } = TimeSpan.FromMinutes(2);

    /// <summary>Where the id of a message is, for messages of senders that know nothing of this bus. Null: in the message-id property.</summary>
    public Func<BasicDeliverEventArgs, string>? MessageIdStrategy { get; set; }

    public X509Certificate2? ClientCertificate { get; set; }
    public bool ValidateRemoteCertificate { get; set; } = true;

    /// <summary>Empty: user name and password of the connection string.</summary>
    public IReadOnlyList<IAuthMechanismFactory> AuthMechanisms { get; set; } = [];

    public void AddClusterNode(string hostName, bool useTls) => AddClusterNode(hostName, BrokerAddress.DefaultPort(useTls), useTls);

    public void AddClusterNode(string hostName, int port, bool useTls)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(hostName);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        clusterNodes.Add(new ClusterNode(hostName, port, useTls));
    }

    public override ITransport CreateTransport(TransportContext context) =>
        new BrokerTransport(
            Settings(context.EndpointName), context.Clock, new UnfailingLog(context.Loggers.CreateLogger("NServiceBus.Transport.RabbitMQ")));

    internal BrokerSettings Settings(string endpointName) => new()
    {
        EndpointName = endpointName,
        Address = address,
        ClusterNodes = [.. clusterNodes],
        QueueType = topology.QueueType,
        DurableEntities = topology.Durable,
        DelayedDelivery = SupportsDelayedDelivery,
        Heartbeat = HeartbeatInterval,
        LongestPauseBetweenAttempts = NetworkRecoveryInterval,
        CriticalAfter = TimeToWaitBeforeTriggeringCircuitBreaker,
        Prefetch = PrefetchCountCalculation,
        MessageIdStrategy = MessageIdStrategy,
        Management = ManagementApiConfiguration,
        ValidateDeliveryLimits = ValidateDeliveryLimits,
        DisabledChecks = DisabledBrokerRequirementChecks,
        ClientCertificate = ClientCertificate,
        ValidateRemoteCertificate = ValidateRemoteCertificate,
        AuthMechanisms = AuthMechanisms,
    };

    static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "must be longer than nothing");
}
