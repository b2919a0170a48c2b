using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Servers;

namespace Roost.Benchmarks.Floor;

/// <summary>How long the bare client waits for a message of its own through a quorum queue: one at a time, persistent, confirmed, acknowledged.</summary>
static class RabbitWaits
{
    const string Queue = "floor";
    const string Waiting = "floor waiting";

    /// <summary>From before it is published until it arrives.</summary>
    public static async Task<Speed> RoundTrip(CancellationToken ct)
    {
        await using var vhost = await Rabbit.NewVhost("floor");
        await using var connection = await vhost.Connect();
        await using var channel = await Open(connection, Queue, arguments: null, ct);
        var arrived = new TaskCompletionSource();
        await Consume(channel, _ => arrived.TrySetResult(), ct);
        return await Load.Of(1, _ => Task.FromResult<Func<Task>>(async () =>
        {
            arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var arrival = arrived.Task;
            await channel.BasicPublishAsync("", Queue, mandatory: false, new BasicProperties { Persistent = true }, Stamp(), ct);
            await arrival.WaitAsync(ct);
        }), ct, TimeSpan.FromSeconds(2));
    }

    /// <summary>Late by, in milliseconds: the message waits in one queue until it expires there, and is dead-lettered (at least once) to another.</summary>
    public static async Task<Speed> Delayed(TimeSpan delay, int messages, CancellationToken ct)
    {
        await using var vhost = await Rabbit.NewVhost("floor");
        await using var connection = await vhost.Connect();
        await using var channel = await Open(connection, Queue, arguments: null, ct);
        await using var waiting = await Open(connection, Waiting, new Dictionary<string, object?>
        {
            ["x-message-ttl"] = (long)delay.TotalMilliseconds, ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = Queue,
            ["x-dead-letter-strategy"] = "at-least-once", ["x-overflow"] = "reject-publish",
        }, ct);
        var (late, all) = (new List<double>(), new TaskCompletionSource());
        await Consume(channel, message =>
        {
            late.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(message.Body.Span)).TotalMilliseconds - delay.TotalMilliseconds);
            if (late.Count == messages) all.TrySetResult();
        }, ct);
        for (var i = 0; i < messages; i++)
            await waiting.BasicPublishAsync("", Waiting, mandatory: false, new BasicProperties { Persistent = true }, Stamp(), ct);
        await all.Task.WaitAsync(delay * 10, ct);
        return new Speed([.. late], delay);
    }

    static async Task<IChannel> Open(IConnection connection, string queue, Dictionary<string, object?>? arguments, CancellationToken ct)
    {
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(arguments ?? []) { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
        return channel;
    }

    static async Task Consume(IChannel channel, Action<BasicDeliverEventArgs> arrived, CancellationToken ct)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            arrived(message);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, ct);
    }

    static byte[] Stamp() => BitConverter.GetBytes(Stopwatch.GetTimestamp());
}
