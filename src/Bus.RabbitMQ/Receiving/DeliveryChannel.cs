using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>A delivery as it came off the wire, and the channel it has to be settled on: its number means nothing on any other.</summary>
sealed record Received(DeliveryChannel Channel, BasicDeliverEventArgs Message);

/// <summary>One consuming channel, from its opening to its loss. Puts what arrives into the inbox, whose order and pace are the consumer's.</summary>
sealed class DeliveryChannel : IAsyncBasicConsumer
{
    static readonly TimeSpan PatienceWhenClosing = TimeSpan.FromSeconds(5);
    readonly IChannel channel;
    readonly ChannelWriter<Received> inbox;
    readonly TaskCompletionSource<string> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource withdrawn = new();

    DeliveryChannel(IChannel channel, ChannelWriter<Received> inbox)
    {
        this.channel = channel;
        this.inbox = inbox;
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            End(reason.Exception?.Message ?? reason.ReplyText);
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes, with the reason, when nothing more will arrive.</summary>
    public Task<string> Closed => closed.Task;

    /// <summary>Fires when what was delivered here, and is not being worked on, had better go back.</summary>
    public CancellationToken Withdrawn => withdrawn.Token;

    public bool IsOpen => channel.IsOpen;

    IChannel? IAsyncBasicConsumer.Channel => channel;

    public static async Task<DeliveryChannel> Open(
        BrokerConnection connection, string queue, string consumerTag, ushort prefetch, ChannelWriter<Received> inbox, CancellationToken ct)
    {
        var opened = new DeliveryChannel(await connection.OpenChannel(withConfirms: false, ct), inbox);
        await opened.channel.BasicQosAsync(prefetchSize: 0, prefetch, global: false, ct);
        await opened.channel.BasicConsumeAsync(queue, autoAck: false, consumerTag, noLocal: false, exclusive: false, arguments: null, opened, ct);
        return opened;
    }

    /// <returns>False when the channel is gone, and with it the right to settle: the broker delivers the message again.</returns>
    public Task<bool> Ack(ulong deliveryTag) => Settle(deliveryTag, Settlement.Done);

    public Task<bool> Requeue(ulong deliveryTag) => Settle(deliveryTag, Settlement.Requeue);

    /// <summary>Asks the broker to send nothing more; what it has sent already stays ours to settle.</summary>
    public async Task StopDelivering(string consumerTag)
    {
        await withdrawn.CancelAsync();
        using var bound = new CancellationTokenSource(PatienceWhenClosing);
        await Bounded(channel.BasicCancelAsync(consumerTag, cancellationToken: bound.Token));
    }

    /// <summary>When this returns the broker has seen every ack that was sent.</summary>
    public Task Close() => Bounded(channel.CloseAsync());

    // The body is in a buffer of the client's that is reused when this returns.
    Task IAsyncBasicConsumer.HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var message = new BasicDeliverEventArgs(
            consumerTag, deliveryTag, redelivered, exchange, routingKey, properties, body.ToArray(), CancellationToken.None);
        inbox.TryWrite(new Received(this, message));
        return Task.CompletedTask;
    }

    // The broker ends the subscription when the queue is deleted or its node leaves.
    Task IAsyncBasicConsumer.HandleBasicCancelAsync(string consumerTag, CancellationToken ct)
    {
        End("the broker ended the subscription.");
        return Task.CompletedTask;
    }

    Task IAsyncBasicConsumer.HandleBasicCancelOkAsync(string consumerTag, CancellationToken ct) => Task.CompletedTask;
    Task IAsyncBasicConsumer.HandleBasicConsumeOkAsync(string consumerTag, CancellationToken ct) => Task.CompletedTask;
    Task IAsyncBasicConsumer.HandleChannelShutdownAsync(object shutChannel, ShutdownEventArgs reason) => Task.CompletedTask;

    void End(string reason)
    {
        closed.TrySetResult(reason);
        _ = withdrawn.CancelAsync(); // whoever waits for it goes on elsewhere, not on the connection's reading thread
    }

    async Task<bool> Settle(ulong deliveryTag, Settlement settlement)
    {
        try
        {
            if (settlement == Settlement.Done) await channel.BasicAckAsync(deliveryTag, multiple: false);
            else await channel.BasicRejectAsync(deliveryTag, requeue: true);
            return true;
        }
        catch (Exception e) when (e is AlreadyClosedException or ChannelClosedException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    static async Task Bounded(Task goodbye)
    {
        try
        {
            await goodbye.WaitAsync(PatienceWhenClosing);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or RabbitMQClientException or IOException or ObjectDisposedException)
        {
            // The connection is lost or stalled; the broker takes back what was not settled.
        }
    }
}
