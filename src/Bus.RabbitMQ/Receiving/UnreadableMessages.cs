using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Events;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>Nobody can process what cannot be read. It is kept, as it is, where a person will find it.</summary>
sealed class UnreadableMessages(BrokerSettings settings, ReceiveSettings receive, Publisher publisher, TimeProvider clock, ILogger log)
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Without an error queue the message is held: given back it would come again at once, thousands of times a second.</summary>
    public async Task SetAside(Received received, Exception reason, CancellationToken ct)
    {
        log.LogError(reason, "A message without readable id or headers in {Queue} is moved to {ErrorQueue}.", receive.Queue, receive.ErrorQueue);
        var (began, told) = (clock.GetTimestamp(), false);
        var pause = new GrowingPause(LongestPause, clock);
        while (await Move(received.Message, ct) is { } failure)
        {
            if (!told && clock.GetElapsedTime(began) >= settings.CriticalAfter)
            {
                told = true;
                await receive.OnCriticalError($"A message in '{receive.Queue}' that cannot be read cannot be moved to '{receive.ErrorQueue}' either.", failure);
            }
            log.LogError(failure, "It could not be moved and is held; the next attempt is in {Pause}.", pause.Length);
            if (await pause.Wait(received.Channel.Withdrawn, ct)) continue;
            await received.Channel.Requeue(received.Message.DeliveryTag);
            return;
        }
        await received.Channel.Ack(received.Message.DeliveryTag);
    }

    /// <returns>Why it did not arrive; null when it did.</returns>
    async Task<Exception?> Move(BasicDeliverEventArgs message, CancellationToken ct)
    {
        try
        {
            await publisher.Dispatch([OutgoingMessage.Poison(receive.ErrorQueue, message.BasicProperties, message.Body)], ct);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
