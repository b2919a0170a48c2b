using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Servers;

namespace Roost.Benchmarks.Floor;

/// <summary>One connection, one channel, one quorum queue, persistent messages: confirmed when published, acknowledged one by one when consumed.</summary>
static class RabbitFloor
{
    public const int BodyBytes = 400;
    public const int Window = 1000;
    public const ushort Prefetch = 500;
    const string Queue = "floor";

    public static async Task<(int Published, double PerSecond)> Publish(Rabbit.Vhost vhost, TimeSpan duration, CancellationToken ct)
    {
        await using var connection = await vhost.Connect();
        // The client's own tracking holds back publishers with growing delays near its limit; counting confirms here does not.
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), ct);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);

        using var room = new SemaphoreSlim(Window);
        var unconfirmed = new SortedSet<ulong>();
        channel.BasicAcksAsync += (_, ack) =>
        {
            int confirmed;
            lock (unconfirmed)
                confirmed = ack.Multiple ? unconfirmed.RemoveWhere(n => n <= ack.DeliveryTag) : unconfirmed.Remove(ack.DeliveryTag) ? 1 : 0;
            if (confirmed > 0) room.Release(confirmed);
            return Task.CompletedTask;
        };

        var body = new byte[BodyBytes];
        var persistent = new BasicProperties { Persistent = true };
        var published = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
        {
            await room.WaitAsync(ct);
            lock (unconfirmed) unconfirmed.Add((ulong)++published);
            await channel.BasicPublishAsync("", Queue, mandatory: false, persistent, body, ct);
        }
        for (var i = 0; i < Window; i++) await room.WaitAsync(ct);
        return (published, published / watch.Elapsed.TotalSeconds);
    }

    public static async Task<double> Consume(Rabbit.Vhost vhost, int messages, CancellationToken ct)
    {
        await using var connection = await vhost.Connect();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        await channel.BasicQosAsync(0, Prefetch, global: false, ct);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var all = new TaskCompletionSource();
        var consumed = 0;
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, ct);
            if (++consumed == messages) all.SetResult();
        };

        var watch = Stopwatch.StartNew();
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, ct);
        // A slow machine has not emptied it by then; what it did until then counts.
        await Task.WhenAny(all.Task, Task.Delay(Load.Duration * 2, ct));
        return consumed / watch.Elapsed.TotalSeconds;
    }
}
