using System.Security.Cryptography.X509Certificates;
using NServiceBus;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>What the endpoint's author chose, frozen when the endpoint starts.</summary>
sealed record BrokerSettings
{
    public required string EndpointName { get; init; }
    public required BrokerAddress Address { get; init; }
    public IReadOnlyList<ClusterNode> ClusterNodes { get; init; } = [];
    public QueueType QueueType { get; init; } = QueueType.Quorum;
    public bool DurableEntities { get; init; } = true;
    public bool DelayedDelivery { get; init; } = true;

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(7);
    public TimeSpan LongestPauseBetweenAttempts { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan CriticalAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What this side asks for; zero leaves it to the broker.</summary>
    public uint LargestFrame { get; init; }

    /// <summary>How long a start waits for a broker that is not there.</summary>
    public TimeSpan PatienceAtStart { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a send may take, all told: waiting for a connection, for room, for the broker's confirmation.</summary>
    public TimeSpan PatienceWhenSending { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a broker that is short of nothing may confirm no message at all before the connection is given up.</summary>
    public TimeSpan DeafAfter { get; init; } = TimeSpan.FromSeconds(10);

    public PrefetchCountCalculation Prefetch { get; init; } = concurrency => 3L * concurrency;
    public Func<BasicDeliverEventArgs, string>? MessageIdStrategy { get; init; }
    public ManagementApiConfiguration? Management { get; init; }
    public bool ValidateDeliveryLimits { get; init; } = true;
    public BrokerRequirementChecks DisabledChecks { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }
    public bool ValidateRemoteCertificate { get; init; } = true;
    public IReadOnlyList<IAuthMechanismFactory> AuthMechanisms { get; init; } = [];
}

sealed record ClusterNode(string Host, int Port, bool UseTls);
