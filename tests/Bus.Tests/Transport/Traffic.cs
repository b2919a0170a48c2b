using System.Collections.Concurrent;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

/// <summary>
/// Letters without pause from one mailbox to another, with books: what a sender was told has left must arrive. A send that failed is
/// repeated with the same id, as the bus would; so a letter may come twice. That its effect does not is the outbox's part, and is tested with it.
/// </summary>
sealed class Traffic : IAsyncDisposable
{
    const int Senders = 8;
    readonly Mailbox from;
    readonly Mailbox to;
    readonly ConcurrentDictionary<string, bool> sent = new();
    readonly ConcurrentDictionary<string, int> arrivals = new();
    readonly CancellationTokenSource stopping = new();
    readonly Task sending;
    int refusals;

    Traffic(Mailbox from, Mailbox to)
    {
        this.from = from;
        this.to = to;
        to.Answer = (delivery, _) =>
        {
            arrivals.AddOrUpdate(delivery.NativeMessageId, 1, (_, times) => times + 1);
            return Task.FromResult(Settlement.Done);
        };
        sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(Send)));
    }

    public int Sent => sent.Count;
    public int Arrived => arrivals.Count;

    public static Traffic Between(Mailbox from, Mailbox to) => new(from, to);

    /// <summary>Waits until letters go all the way again: sent now, arrived now.</summary>
    public async Task Flows(TimeSpan? within = null)
    {
        var (sentBefore, arrivedBefore) = (Sent, Arrived);
        await Eventually.Is(() => Sent > sentBefore + 100 && Arrived > arrivedBefore + 100, within, ToString);
    }

    public async Task NothingIsLost()
    {
        await stopping.CancelAsync();
        await sending.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.Is(() => !sent.Keys.Except(arrivals.Keys).Any(), TimeSpan.FromSeconds(60), ToString);
        Assert.That(Sent, Is.GreaterThan(100), "there was traffic at all");
        TestContext.Out.WriteLine(this);
    }

    public override string ToString() =>
        $"{Sent} sent, {refusals} sends refused and repeated, {Arrived} arrived, {arrivals.Values.Sum() - arrivals.Count} of them more than once";

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(5)));
    }

    async Task Send()
    {
        while (!stopping.IsCancellationRequested)
        {
            var letter = Letter.To(to.Queue);
            while (!await Left(letter)) Interlocked.Increment(ref refusals);
            sent[letter.MessageId] = true;
        }
    }

    async Task<bool> Left(OutgoingOperation letter)
    {
        try
        {
            await from.Send(letter);
            return true;
        }
        catch (MessagesNotSentException)
        {
            return false;
        }
    }
}
