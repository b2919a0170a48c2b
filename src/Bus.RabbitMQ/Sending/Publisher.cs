using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Routing;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Sending;

/// <summary>
/// Hands messages to the broker and knows when it has them. A dispatch writes all its messages, then waits for all their confirms. While the
/// connection is away sends wait for it, but every dispatch ends within a bound.
/// </summary>
sealed class Publisher : IAsyncDisposable
{
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);
    readonly BrokerSettings settings;
    readonly ConventionalTopology topology;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly LastingConnection lasting;
    volatile TaskCompletionSource<PublishChannel> current = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile BrokerConnection? connection;

    public Publisher(BrokerSettings settings, ConventionalTopology topology, TimeProvider clock, ILogger log)
    {
        this.settings = settings;
        this.topology = topology;
        this.clock = clock;
        this.log = log;
        lasting = new LastingConnection(settings, $"{settings.EndpointName} Publish", Use, onCritical: null, clock, log);
    }

    /// <summary>The connection that is up now, for whoever needs a channel for a moment; null while there is none.</summary>
    public BrokerConnection? Connection => connection is { IsOpen: true } open ? open : null;

    // Looked at once: between two looks another channel may be waited for, and its result would be waited for here.
    PublishChannel? OpenChannel => current.Task is { IsCompletedSuccessfully: true } opened ? opened.Result : null;

    bool IsShortOfNothing => connection is { BlockedBecause: null };

    /// <summary>Of the last connection; known once connected.</summary>
    public Version BrokerVersion { get; private set; } = new(0, 0);

    /// <summary>Of the last connection, too.</summary>
    public int LongestHeaders { get; private set; } = HeaderSpace.Usual;

    /// <summary>Waits, however long it takes, for a connection that is up and not blocked.</summary>
    public async Task Ready(CancellationToken ct)
    {
        await current.Task.WaitAsync(ct);
        while (connection is { BlockedBecause: not null })
        {
            await Task.Delay(LookAgainAfter, clock, ct);
            await current.Task.WaitAsync(ct);
        }
    }

    public Task Connect(CancellationToken ct) => lasting.Start(ct);

    /// <summary>What can never be sent (a delay of a century, headers too long for a frame) is said when the others have left: they are committed already.</summary>
    public async Task Dispatch(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct)
    {
        var messages = new List<OutgoingMessage>(operations.Count);
        Exception? impossible = null;
        foreach (var operation in operations)
        {
            try
            {
                messages.Add(OutgoingMessage.From(operation, LongestHeaders, settings.DelayedDelivery, clock));
            }
            catch (Exception e)
            {
                impossible ??= e;
            }
        }
        if (messages.Count > 0) await Dispatch(messages, ct);
        if (impossible is not null) ExceptionDispatchInfo.Throw(impossible);
    }

    public async Task Dispatch(IReadOnlyList<OutgoingMessage> messages, CancellationToken ct)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(settings.PatienceWhenSending);
        var sends = new Sends();
        foreach (var message in messages) await Write(message, sends, bound.Token);
        var confirmed = sends.Close();
        if (await Confirmed(confirmed, bound.Token)) return;

        // Only the open channel can still hold some of them: a closed one has answered for all of its own.
        if (OpenChannel is { } channel) GiveUp(channel, sends, isDeaf: !ct.IsCancellationRequested && IsShortOfNothing);
        _ = confirmed.Exception;
        ct.ThrowIfCancellationRequested();
        await confirmed;
    }

    /// <returns>False when there is nothing more to wait for: the time is up, or a broker that is short of nothing has not confirmed any message for a while.</returns>
    async Task<bool> Confirmed(Task confirmed, CancellationToken bound)
    {
        while (true)
        {
            var channel = OpenChannel;
            var answers = channel?.Answers;
            try
            {
                await confirmed.WaitAsync(settings.DeafAfter, bound);
                return true;
            }
            catch (Exception) when (bound.IsCancellationRequested)
            {
                return false;
            }
            catch (TimeoutException) when (!confirmed.IsCompleted)
            {
                if (channel is { IsUsable: true } && channel.Answers == answers && IsShortOfNothing) return false;
            }
        }
    }

    // A caller who waits no longer says nothing about the broker: the others' messages are on their way.
    void GiveUp(PublishChannel channel, Sends sends, bool isDeaf)
    {
        channel.GiveUp(sends, TookTooLong(), isDeaf);
        if (!channel.IsUsable) Withdraw(channel);
    }

    public async ValueTask DisposeAsync()
    {
        await lasting.DisposeAsync();
        // Whoever still waits for a channel, and whoever comes later, is told at once instead of after the longest wait for a connection.
        var over = new TaskCompletionSource<PublishChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
        over.SetException(new ObjectDisposedException(nameof(Publisher), "The endpoint has stopped."));
        _ = over.Task.Exception;
        var last = Interlocked.Exchange(ref current, over);
        if (last.TrySetException(over.Task.Exception!.InnerExceptions)) _ = last.Task.Exception;
    }

    /// <summary>One message that cannot be sent does not keep the others of its dispatch from being sent.</summary>
    async Task Write(OutgoingMessage message, Sends sends, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var channel = await current.Task.WaitAsync(ct);
                try
                {
                    if (await channel.Publish(message, sends, ct)) return;
                }
                catch (Exception) when (!channel.IsUsable && !ct.IsCancellationRequested)
                {
                    // Nothing was written yet; the next channel will do.
                }
                Withdraw(channel);
            }
        }
        catch (Exception e)
        {
            sends.Begin();
            sends.Finish(message.MessageId, e is OperationCanceledException ? TookTooLong() : e);
        }
    }

    async Task<string> Use(BrokerConnection opened, Action ready, CancellationToken ct)
    {
        BrokerVersion = opened.BrokerVersion;
        LongestHeaders = HeaderSpace.InFrameOf(opened.FrameSize);
        try
        {
            while (true)
            {
                var channel = await PublishChannel.Open(opened, topology, clock, ct);
                connection = opened;
                current.TrySetResult(channel);
                ready();
                var reason = await channel.Closed.WaitAsync(ct);
                Withdraw(channel);
                if (!opened.IsOpen || reason is TimeoutException) return reason.Message;
                log.LogWarning("The channel for sending was closed and is opened again: {Reason}", reason.Message);
            }
        }
        finally
        {
            connection = null;
        }
    }

    void Withdraw(PublishChannel channel)
    {
        var offered = current;
        if (offered.Task.IsCompletedSuccessfully && offered.Task.Result == channel)
        {
            Interlocked.CompareExchange(ref current, new(TaskCreationOptions.RunContinuationsAsynchronously), offered);
        }
    }

    TimeoutException TookTooLong()
    {
        var why = connection switch
        {
            null => "there is no connection to the broker",
            { BlockedBecause: { } reason } => $"the broker takes no messages for now: {reason}",
            _ => "the broker did not confirm in time",
        };
        return new TimeoutException($"it took too long: {why}.");
    }
}
