using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Routing;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Sending;

/// <summary>
/// A channel with publisher confirms. Messages are written one after the other and confirmed whenever the broker has stored them; many are
/// on their way at once. What a message needs to arrive (its exchange) is made sure of once per channel, on a channel of its own:
/// publishing to an exchange that is not there would close this one and with it throw away the confirms of everybody else.
/// </summary>
sealed class PublishChannel
{
    /// <summary>A bound for memory on both sides; far more than a broker needs to be kept busy.</summary>
    const int MostUnconfirmed = 2_000;

    static readonly TimeSpan BindingCountsFor = TimeSpan.FromSeconds(1);

    readonly BrokerConnection connection;
    readonly IChannel channel;
    readonly ConventionalTopology topology;
    readonly TimeProvider clock;
    readonly Confirms confirms = new(MostUnconfirmed);
    readonly SemaphoreSlim writing = new(1, 1);
    readonly ConcurrentDictionary<object, Lazy<Task>> prepared = new();
    readonly Dictionary<string, long> boundAt = [];
    readonly TaskCompletionSource<Exception> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ulong written;

    PublishChannel(BrokerConnection connection, IChannel channel, ConventionalTopology topology, TimeProvider clock)
    {
        this.connection = connection;
        this.channel = channel;
        this.topology = topology;
        this.clock = clock;
        channel.BasicAcksAsync += (_, ack) =>
        {
            confirms.Acknowledged(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        channel.BasicNacksAsync += (_, nack) =>
        {
            confirms.Refused(nack.DeliveryTag, nack.Multiple);
            return Task.CompletedTask;
        };
        channel.BasicReturnAsync += (_, returned) =>
        {
            confirms.Returned(returned.BasicProperties.MessageId, returned.Exchange, returned.RoutingKey, returned.ReplyText);
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            var failure = new AlreadyClosedException(reason);
            confirms.Close(failure);
            closed.TrySetResult(failure);
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes, with the reason, when the channel is closed.</summary>
    public Task<Exception> Closed => closed.Task;

    /// <summary>How often the broker has confirmed or refused something.</summary>
    public long Answers => confirms.Answers;

    public bool IsUsable => !closed.Task.IsCompleted && connection.IsOpen;

    public static async Task<PublishChannel> Open(
        BrokerConnection connection, ConventionalTopology topology, TimeProvider clock, CancellationToken ct) =>
        new(connection, await connection.OpenChannel(withConfirms: true, ct), topology, clock);

    /// <summary>Writes the message; its confirm is reported to <paramref name="sends"/>.</summary>
    /// <returns>False when nothing was done because the channel is closed: another one has to take the message.</returns>
    public async Task<bool> Publish(OutgoingMessage message, Sends sends, CancellationToken ct)
    {
        await Prepare(message, ct);
        await confirms.WaitForRoom(ct);
        var expected = false;
        try
        {
            await writing.WaitAsync(ct);
            try
            {
                var number = written + 1;
                expected = confirms.Expect(number, message, sends);
                if (expected) await Write(number, message, ct);
            }
            finally
            {
                writing.Release();
            }
        }
        finally
        {
            if (!expected) confirms.GiveRoomBack();
        }
        return expected;
    }

    /// <param name="isDeaf">
    /// The broker had no reason for not confirming. For the sake of one queue that has no leader it holds back all that comes after it on this connection,
    /// for ever: only the next connection gets through to the other queues.
    /// </param>
    public void GiveUp(Sends sends, TimeoutException reason, bool isDeaf)
    {
        var unanswered = confirms.GiveUp(sends, reason);
        if (unanswered && isDeaf) closed.TrySetResult(reason);
    }

    async Task Write(ulong number, OutgoingMessage message, CancellationToken ct)
    {
        try
        {
            if (message.IsDelayed) await BindExit(message.Address!, ct);
            await channel.BasicPublishAsync(message.Exchange, message.RoutingKey, message.Mandatory, message.Properties, message.Body, ct);
            written = number;
        }
        catch (Exception e)
        {
            // Thrown before the frames were handed to the socket: the broker has not counted this one either.
            confirms.NotWritten(number, e);
        }
    }

    /// <summary>
    /// No answer is asked for: the broker works through a channel in order, so the way out is there before the message is. It costs the broker
    /// as much as the message itself, so a binding counts for the next second: less than any message waits, and so no more trusting
    /// than a binding per message, which can be deleted while the message waits, too.
    /// </summary>
    async ValueTask BindExit(string address, CancellationToken ct)
    {
        if (boundAt.TryGetValue(address, out var at) && clock.GetElapsedTime(at) < BindingCountsFor) return;
        await DelayedDelivery.BindExit(channel, address, noWait: true, ct);
        boundAt[address] = clock.GetTimestamp();
    }

    ValueTask Prepare(OutgoingMessage message, CancellationToken ct)
    {
        if (message.EventType is { } eventType) return Once(eventType, setup => topology.DeclareType(setup, eventType, CancellationToken.None), ct);
        var address = Once(message.Address!, setup => MakeSureOf(message.Address!, setup), ct);
        return message.IsDelayed ? Both(address, message.Exchange, ct) : address;
    }

    static async Task MakeSureOf(string address, IChannel setup)
    {
        try
        {
            await setup.ExchangeDeclarePassiveAsync(address, CancellationToken.None);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            throw new NoQueueException($"there is no queue '{address}': no exchange has its name.", e);
        }
    }

    async ValueTask Both(ValueTask address, string level, CancellationToken ct)
    {
        await address;
        await Once(level, setup => setup.ExchangeDeclarePassiveAsync(level, CancellationToken.None), ct);
    }

    ValueTask Once(object what, Func<IChannel, Task> work, CancellationToken ct)
    {
        var preparing = prepared.GetOrAdd(what, _ => new Lazy<Task>(() => OnOwnChannel(what, work))).Value;
        return preparing.IsCompletedSuccessfully ? default : new ValueTask(preparing.WaitAsync(ct));
    }

    async Task OnOwnChannel(object what, Func<IChannel, Task> work)
    {
        try
        {
            await using var setup = await connection.OpenChannel(withConfirms: false, CancellationToken.None);
            await work(setup);
        }
        catch
        {
            prepared.TryRemove(what, out _);
            throw;
        }
    }
}
