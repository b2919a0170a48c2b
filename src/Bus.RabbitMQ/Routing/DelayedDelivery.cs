using RabbitMQ.Client;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Routing;

/// <summary>
/// Waiting inside the broker. Level n is a queue whose messages expire after 2^n seconds towards level n-1. A delay is written in binary
/// into the routing key, so that a message waits in just the levels whose bit is set and then comes out at its destination.
/// </summary>
static class DelayedDelivery
{
    public const int Levels = BrokerLimits.DelayLevels;
    public const string Exit = "nsb.v2.delay-delivery";

    public static string Level(int level) => $"nsb.v2.delay-level-{level:D2}";

    public static string ExitKey(string address) => $"#.{address}";

    /// <summary>Rounded up to whole seconds: late by less than a second, never early.</summary>
    public static int Seconds(TimeSpan delay) => delay <= TimeSpan.Zero ? 0 : (int)Math.Ceiling(delay.TotalSeconds);

    /// <summary>The exchange to publish to (the level of the highest bit) and the routing key: all bits, highest first, then the address.</summary>
    public static (string Exchange, string RoutingKey) Route(string address, int seconds)
    {
        var first = seconds == 0 ? 0 : int.Log2(seconds);
        var key = string.Create(2 * Levels + address.Length, (address, seconds), static (text, delay) =>
        {
            for (var bit = 0; bit < Levels; bit++)
            {
                text[2 * bit] = (char)('0' + (delay.seconds >> (Levels - 1 - bit) & 1));
                text[2 * bit + 1] = '.';
            }
            delay.address.CopyTo(text[(2 * Levels)..]);
        });
        return (Level(first), key);
    }

    public static async Task Declare(IChannel channel, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Exit, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        for (var level = 0; level < Levels; level++)
        {
            var next = level == 0 ? Exit : Level(level - 1);
            var name = Level(level);
            await channel.ExchangeDeclareAsync(name, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, QueueArguments(level, next), cancellationToken: ct);
            await channel.QueueBindAsync(name, exchange: name, routingKey: BindingKey(level, "1"), cancellationToken: ct);
            await channel.ExchangeBindAsync(next, source: name, routingKey: BindingKey(level, "0"), cancellationToken: ct);
        }
    }

    /// <summary>
    /// Lets what waited leave towards this address. A sender repeats it before each delayed send: an expired message that finds no way
    /// out stays at the head of its level and holds up everybody's, so the binding must never be taken for granted.
    /// </summary>
    public static Task BindExit(IChannel channel, string address, bool noWait, CancellationToken ct) =>
        channel.ExchangeBindAsync(address, source: Exit, routingKey: ExitKey(address), noWait: noWait, cancellationToken: ct);

    static Dictionary<string, object?> QueueArguments(int level, string next) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
        ["x-message-ttl"] = 1000L << level,
        ["x-dead-letter-exchange"] = next,
    };

    static string BindingKey(int level, string bit) => string.Concat(Enumerable.Repeat("*.", Levels - 1 - level)) + bit + ".#";
}
