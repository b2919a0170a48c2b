using NServiceBus;
using Roost.Bus.RabbitMQ.Connecting;

namespace Roost.Bus.RabbitMQ.Checking;

/// <summary>Older brokers dead-letter from quorum queues at most once: a delayed message could be lost between two levels.</summary>
static class BrokerVersionCheck
{
    static readonly Version Oldest = new(3, 10);

    public static void MakeSure(BrokerSettings settings, Version broker)
    {
        if (settings.DisabledChecks.HasFlag(BrokerRequirementChecks.Version310OrNewer) || broker >= Oldest) return;
        throw new InvalidOperationException($"The broker at {settings.Address} is version {broker}; at least {Oldest} is needed.");
    }
}
