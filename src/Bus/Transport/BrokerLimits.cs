using System.Text;

namespace Roost.Bus.Transport;

/// <summary>
/// What RabbitMQ can never take. It answers by closing the channel, or the connection, that everybody else's messages are on; and when the handler is
/// committed nobody can be told any more. So a message is looked at where it is made.
/// </summary>
static class BrokerLimits
{
    /// <summary>Names, ids and addresses are short strings of AMQP: one byte says how long they are.</summary>
    public const int LongestName = 255;

    /// <summary>The max_message_size of RabbitMQ 4, unless its operator chose another. Version 3 takes 128 MiB, but nobody should come to need that.</summary>
    public const int LargestBody = 16 * 1024 * 1024;

    public const int DelayLevels = 28;
    public const int LongestDelayInSeconds = (1 << DelayLevels) - 1;
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(LongestDelayInSeconds);

    /// <summary>The routing key of a delayed message has a digit and a point for each level before the address.</summary>
    const int DelayInRoutingKey = 2 * DelayLevels;

    /// <summary>Ten years of 365 days: with a millisecond more it closes the channel.</summary>
    static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(10 * 365);

    // No char takes more than three bytes.
    public static bool IsName(string text) => text.Length <= LongestName / 3 || Encoding.UTF8.GetByteCount(text) <= LongestName;

    /// <summary>Not a header to the broker but an order to send copies, which it obeys or refuses.</summary>
    public static bool IsOrder(string header) => header is "CC" or "BCC";

    /// <summary>For a message that is new. A copy of one that came over the broker has a body that the broker takes, and its id can be cut.</summary>
    public static void CheckNew(OutgoingOperation message, int longestHeaders, DateTimeOffset now)
    {
        if (!IsName(message.MessageId)) throw Never(message, $"its id takes more than {LongestName} bytes");
        if (message.Body.Length > LargestBody) throw Never(message, $"its body takes {message.Body.Length} bytes, more than {LargestBody}");
        Check(message, longestHeaders, now);
    }

    public static void Check(OutgoingOperation message, int longestHeaders, DateTimeOffset now)
    {
        foreach (var (name, value) in message.Headers)
        {
            if (value is null) throw Never(message, $"header '{name}' has no value");
            if (!IsName(name)) throw Never(message, $"the name of header '{name}' takes more than {LongestName} bytes");
            if (IsOrder(name)) throw Never(message, $"a header '{name}' would be an order to the broker");
        }
        var bytes = HeaderSpace.Of(message.Headers);
        if (bytes > longestHeaders) throw Never(message, $"its headers take {bytes} bytes, more than {longestHeaders}");

        var delay = message.DelayDeliveryFor ?? (message.DeliverAt - now);
        var longestAddress = delay is null ? LongestName : LongestName - DelayInRoutingKey;
        if (message.EventType is null && string.IsNullOrEmpty(message.Destination)) throw Never(message, "it has no destination");
        if (message.Destination is { } address && Encoding.UTF8.GetByteCount(address) > longestAddress)
            throw Never(message, $"its destination '{address}' takes more than {longestAddress} bytes");
        if (delay > LongestDelay)
            throw new ArgumentOutOfRangeException(nameof(message), delay, $"Message {message.MessageId} can wait for at most {LongestDelay} (d.hh:mm:ss).");
        CheckTimeToLive(message.TimeToBeReceived);
    }

    /// <summary>An event goes through an exchange for everything it is: what of that has too long a name.</summary>
    public static Type? TooLongForAnExchange(Type eventType)
    {
        var tooLong = Array.Find(eventType.GetInterfaces(), contract => !IsExchange(contract));
        for (var type = eventType; tooLong is null && type is not null; type = type.BaseType)
            if (!IsExchange(type)) tooLong = type;
        return tooLong;
    }

    static bool IsExchange(Type type) => IsName($"{type.Namespace}:{type.Name}");

    public static void CheckTimeToLive(TimeSpan? timeToBeReceived)
    {
        if (timeToBeReceived is not { } time || time == TimeSpan.MaxValue) return;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(timeToBeReceived));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestTimeToLive, nameof(timeToBeReceived));
    }

    static ArgumentException Never(OutgoingOperation message, string reason) => new($"Message {message.MessageId} can never be sent: {reason}.");
}
