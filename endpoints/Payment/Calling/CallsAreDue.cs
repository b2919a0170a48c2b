using System.Threading.Channels;

namespace Roost.Payment.Calling;

/// <summary>Wakes the caller in this process at once. Only a hint: a step that nobody was woken for is found within a second.</summary>
public sealed class Bell
{
    readonly Channel<bool> rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => rung.Writer.TryWrite(true);

    public async Task Wait(TimeSpan atMost, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(atMost);
        try
        {
            await rung.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // time to look without being woken
        }
    }
}

/// <summary>One per message. It is disposed of with the message's scope, which is after the commit: what was written can then be seen.</summary>
public sealed class CallsAreDue(Bell bell) : IDisposable
{
    bool due;

    public void AfterThisMessage() => due = true;

    public void Dispose()
    {
        if (due) bell.Ring();
    }
}
