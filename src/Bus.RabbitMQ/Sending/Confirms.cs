using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Sending;

/// <summary>
/// What was published on one channel and not yet answered for by the broker, by sequence number. The broker's answers arrive on the
/// connection's reading thread, so nothing here waits or runs anybody's continuation.
/// </summary>
sealed class Confirms(int mostAtOnce)
{
    readonly Dictionary<ulong, Unconfirmed> unconfirmed = [];
    readonly SemaphoreSlim room = new(mostAtOnce);
    ulong oldest = 1;
    Exception? closed;
    long answers;

    public long Answers => Volatile.Read(ref answers);

    public Task WaitForRoom(CancellationToken ct) => room.WaitAsync(ct);

    public void GiveRoomBack() => room.Release();

    /// <summary>Called before the message is written, so that its confirm cannot come first.</summary>
    /// <returns>False when the channel is closed already.</returns>
    public bool Expect(ulong number, OutgoingMessage message, Sends sends)
    {
        lock (unconfirmed)
        {
            if (closed is not null) return false;
            sends.Begin();
            unconfirmed.Add(number, new Unconfirmed(message.MessageId, message.Exchange, message.RoutingKey, sends));
            return true;
        }
    }

    /// <summary>The message could not be written: no answer will come.</summary>
    public void NotWritten(ulong number, Exception failure)
    {
        lock (unconfirmed) Take(number, failure);
    }

    /// <summary>Nobody waits for these any longer; should an answer still come, it finds nothing.</summary>
    /// <returns>Whether there were any.</returns>
    public bool GiveUp(Sends sends, Exception failure)
    {
        lock (unconfirmed)
        {
            var unanswered = unconfirmed.Where(entry => entry.Value.Sends == sends).Select(entry => entry.Key).ToArray();
            foreach (var number in unanswered) Take(number, failure);
            return unanswered.Length > 0;
        }
    }

    public void Acknowledged(ulong number, bool multiple) => Answered(number, multiple, null);

    public void Refused(ulong number, bool multiple) =>
        Answered(number, multiple, new IOException("the broker refused to store it (nack): a queue is full or unavailable."));

    /// <summary>
    /// No queue took it. The confirm follows. A return names no sequence number: with several alike on their way to the same exchange all
    /// of them count as returned, which is what the broker does with each of them.
    /// </summary>
    public void Returned(string? messageId, string exchange, string routingKey, string reason)
    {
        lock (unconfirmed)
        {
            foreach (var (number, message) in unconfirmed)
            {
                if (message.MessageId != (messageId ?? "") || message.Exchange != exchange || message.RoutingKey != routingKey) continue;
                unconfirmed[number] = message with { Returned = $"no queue is behind exchange '{exchange}' ({reason})." };
            }
        }
    }

    /// <summary>Nothing will be confirmed any more: it is unknown what became of the rest.</summary>
    public void Close(Exception reason)
    {
        lock (unconfirmed)
        {
            if (closed is not null) return;
            closed = reason;
            foreach (var number in unconfirmed.Keys.ToArray()) Take(number, reason);
        }
    }

    void Answered(ulong number, bool multiple, Exception? failure)
    {
        lock (unconfirmed)
        {
            answers++;
            if (multiple)
            {
                for (; oldest <= number; oldest++) Take(oldest, failure);
            }
            else
            {
                Take(number, failure);
            }
        }
    }

    void Take(ulong number, Exception? failure)
    {
        if (!unconfirmed.Remove(number, out var message)) return;
        room.Release();
        message.Sends.Finish(message.MessageId, failure ?? (message.Returned is { } returned ? new NoQueueException(returned) : null));
    }

    readonly record struct Unconfirmed(string MessageId, string Exchange, string RoutingKey, Sends Sends)
    {
        public string? Returned { get; init; }
    }
}
