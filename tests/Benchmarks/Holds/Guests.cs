using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Contracts;
using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>
/// They send commands over RabbitMQ and wait for the answers, by the bare client, so that the machine is spent on what is measured and not on
/// whoever measures it.
/// </summary>
static class Guests
{
    const int Count = 2000;
    public const string Asked = "Roost.Calendar";
    public const string Answers = "bench.answers";

    /// <summary>Each guest sends its next command when the last one is answered.</summary>
    public static async Task<Speed> Measure(Rabbit.Vhost vhost, Guid[] units, CancellationToken ct)
    {
        await using var connection = await vhost.Connect();
        await using var sending = await connection.CreateChannelAsync(cancellationToken: ct);
        await using var receiving = await connection.CreateChannelAsync(cancellationToken: ct);
        await Declare(receiving, Answers, ct);
        using var oneAtATime = new SemaphoreSlim(1);
        var waiting = new ConcurrentDictionary<string, TaskCompletionSource>();

        var ears = new AsyncEventingBasicConsumer(receiving);
        ears.ReceivedAsync += (_, delivery) =>
        {
            if (waiting.TryRemove(delivery.BasicProperties.CorrelationId ?? "", out var guest)) guest.SetResult();
            return Task.CompletedTask;
        };
        await receiving.BasicConsumeAsync(Answers, autoAck: true, ears, ct);

        await Load.Of(Count, Guest, ct, TimeSpan.FromSeconds(15)); // a process that has just started compiles as it goes: not what is measured
        return await Load.Of(Count, Guest, ct, TimeSpan.FromSeconds(8));

        Task<Func<Task>> Guest(int guest)
        {
            var random = new Random(guest);
            return Task.FromResult<Func<Task>>(async () =>
            {
                var command = Wish.Next(units, random);
                var id = command.HoldId.ToString();
                var answered = waiting[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await oneAtATime.WaitAsync(ct);
                try
                {
                    var body = JsonSerializer.SerializeToUtf8Bytes(command);
                    await sending.BasicPublishAsync(Asked, "", mandatory: false, Properties(id), body, ct);
                }
                finally
                {
                    oneAtATime.Release();
                }
                await answered.Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
            });
        }
    }

    static BasicProperties Properties(string id) => new()
    {
        MessageId = id,
        CorrelationId = id,
        Persistent = true,
        ContentType = "application/json",
        Type = typeof(HoldNights).FullName,
        ReplyTo = Answers,
    };

    /// <summary>As the endpoints have it: an exchange of the queue's name, and the queue safe on disk.</summary>
    public static async Task Declare(IChannel channel, string queue, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: ct);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: ct);
    }
}
