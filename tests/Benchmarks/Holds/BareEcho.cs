using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>
/// In the endpoint's place, somebody who decides nothing and stores nothing: the bare client answers each command, and acknowledges it once the broker has confirmed
/// the answer. What is left of the machine after these four messages is all that an endpoint can be made of.
/// </summary>
static class BareEcho
{
    const ushort Prefetch = 512;

    public static async Task<Speed> Measure(Guid[] units, CancellationToken ct)
    {
        await using var vhost = await Rabbit.NewVhost("echo");
        await using var connection = await vhost.Connect();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), ct);
        await Guests.Declare(channel, Guests.Asked, ct);
        await channel.BasicQosAsync(0, Prefetch, global: false, ct);

        var unconfirmed = new ConcurrentQueue<(ulong Answer, ulong Asked)>();
        channel.BasicAcksAsync += async (sender, confirmed) =>
        {
            while (unconfirmed.TryPeek(out var next) && next.Answer <= confirmed.DeliveryTag)
            {
                unconfirmed.TryDequeue(out _);
                await channel.BasicAckAsync(next.Asked, multiple: false, ct);
            }
        };
        var answers = 0ul;
        var ears = new AsyncEventingBasicConsumer(channel);
        ears.ReceivedAsync += async (_, asked) =>
        {
            unconfirmed.Enqueue((++answers, asked.DeliveryTag));
            var properties = new BasicProperties { CorrelationId = asked.BasicProperties.CorrelationId, Persistent = true };
            await channel.BasicPublishAsync(Guests.Answers, "", mandatory: false, properties, asked.Body, ct);
        };
        await channel.BasicConsumeAsync(Guests.Asked, autoAck: false, ears, ct);
        return await Guests.Measure(vhost, units, ct);
    }
}
