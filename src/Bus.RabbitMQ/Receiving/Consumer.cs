using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NServiceBus;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>
/// Receives one queue with a fixed number of workers. A message is settled after its processing, on the channel that brought it, or not at
/// all: what was in flight when a channel was lost comes again.
/// </summary>
sealed class Consumer
{
    static readonly TimeSpan PatienceWithCancelled = TimeSpan.FromSeconds(10);
    static readonly TimeSpan PatienceWithInFlight = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    readonly BrokerSettings settings;
    readonly ReceiveSettings receive;
    readonly Func<Delivery, CancellationToken, Task<Settlement>> onMessage;
    readonly UnreadableMessages unreadable;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly LastingConnection lasting;
    readonly Deliveries deliveries;
    readonly Channel<Received> inbox = Channel.CreateUnbounded<Received>();
    readonly CancellationTokenSource handling = new();
    Task workers = Task.CompletedTask;
    volatile DeliveryChannel? current;
    volatile bool stopping;
    int busy;

    public Consumer(BrokerSettings settings, ReceiveSettings receive, Func<Delivery, CancellationToken, Task<Settlement>> onMessage,
        Publisher publisher, TimeProvider clock, ILogger log)
    {
        this.settings = settings;
        this.receive = receive;
        this.onMessage = onMessage;
        unreadable = new UnreadableMessages(settings, receive, publisher, clock, log);
        this.clock = clock;
        this.log = log;
        deliveries = new Deliveries(settings.MessageIdStrategy, brokerCounts: settings.QueueType == QueueType.Quorum, clock);
        lasting = new LastingConnection(settings, $"{receive.Queue} MessagePump", Use, receive.OnCriticalError, clock, log);
    }

    public async Task Start(CancellationToken ct)
    {
        using (ExecutionContext.SuppressFlow())
        {
            workers = Task.WhenAll(Enumerable.Range(0, receive.MaxConcurrency).Select(_ => Task.Run(Work)));
        }
        try
        {
            await lasting.Start(ct);
        }
        catch
        {
            inbox.Writer.TryComplete();
            throw;
        }
    }

    public async Task Stop(CancellationToken ct)
    {
        stopping = true;
        if (current is { } delivering) await delivering.StopDelivering(receive.ConsumerTag);
        inbox.Writer.TryComplete();
        try
        {
            await workers.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            await handling.CancelAsync();
            await Task.WhenAny(workers, Task.Delay(PatienceWithCancelled, CancellationToken.None));
        }
        if (current is { } last) await last.Close();
        await lasting.DisposeAsync();
    }

    async Task<string> Use(BrokerConnection connection, Action ready, CancellationToken ct)
    {
        await InFlightFinished(ct);
        var channel = await DeliveryChannel.Open(connection, receive.Queue, receive.ConsumerTag, Prefetch(), inbox.Writer, ct);
        current = channel;
        ready();
        var reason = await channel.Closed.WaitAsync(ct);
        // Our own goodbye is no loss: what ends the connection now is the end of Stop.
        if (stopping) await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return reason;
    }

    /// <summary>
    /// After a loss the broker delivers again what is still being worked on here. Waiting for that work first means it is
    /// recognised as done instead of being done twice at the same time.
    /// </summary>
    async Task InFlightFinished(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(PatienceWithInFlight);
        while (Volatile.Read(ref busy) > 0 && !patience.IsCancellationRequested) await Task.Delay(20, CancellationToken.None);
    }

    ushort Prefetch() => (ushort)Math.Clamp(settings.Prefetch(receive.MaxConcurrency), Math.Min(receive.MaxConcurrency, ushort.MaxValue), ushort.MaxValue);

    async Task Work()
    {
        await foreach (var received in inbox.Reader.ReadAllAsync())
        {
            // Left over from a lost channel, or come too late: the broker delivers it again, here or elsewhere.
            if (stopping || !received.Channel.IsOpen) continue;
            Interlocked.Increment(ref busy);
            try
            {
                await Process(received);
            }
            catch (Exception e)
            {
                log.LogError(e, "A delivery from {Queue} could not be settled.", receive.Queue);
            }
            finally
            {
                Interlocked.Decrement(ref busy);
            }
        }
    }

    async Task Process(Received received)
    {
        var tag = received.Message.DeliveryTag;
        Delivery delivery;
        try
        {
            delivery = deliveries.Read(received.Message) with { Withdrawn = received.Channel.Withdrawn };
        }
        catch (Exception e)
        {
            await unreadable.SetAside(received, e, handling.Token);
            return;
        }

        if (deliveries.WasDone(received.Message, delivery) || await Handle(delivery) == Settlement.Done)
        {
            if (!await received.Channel.Ack(tag)) deliveries.RememberDone(delivery);
        }
        else
        {
            deliveries.RememberAttempt(delivery);
            await received.Channel.Requeue(tag);
        }
    }

    async Task<Settlement> Handle(Delivery delivery)
    {
        try
        {
            return await onMessage(delivery, handling.Token);
        }
        catch (Exception e)
        {
            if (!handling.IsCancellationRequested)
                log.LogError(e, "Message {MessageId} from {Queue} goes back to the queue.", delivery.NativeMessageId, receive.Queue);
            // It comes again at once, and nobody counts: without a pause that would be thousands of times a second.
            await new GrowingPause(LongestPause, clock).Wait(delivery.Withdrawn, handling.Token);
            return Settlement.Requeue;
        }
    }
}
