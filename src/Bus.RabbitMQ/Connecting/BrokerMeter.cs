using System.Diagnostics.Metrics;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>Connections and channels of this process to the broker: each is a cost there, so their number must stay flat.</summary>
static class BrokerMeter
{
    public const string Name = "Roost.Bus.RabbitMQ";
    static readonly Meter Meter = new(Name);
    public static readonly UpDownCounter<int> Connections = Meter.CreateUpDownCounter<int>("roost.bus.rabbitmq.connections");
    public static readonly UpDownCounter<int> Channels = Meter.CreateUpDownCounter<int>("roost.bus.rabbitmq.channels");
    public static readonly Counter<int> Reconnects = Meter.CreateCounter<int>("roost.bus.rabbitmq.connections_lost");
}
