namespace Roost.StripeSimulator.Protocol;

/// <summary>Stripe changes an object for one request at a time; a second one waits a little and is then told to come back.</summary>
public sealed class ObjectLocks
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    readonly Dictionary<string, TaskCompletionSource> busy = [];

    public async Task<IDisposable> Take(string id, CancellationToken ct)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        while (true)
        {
            TaskCompletionSource? theirs;
            lock (busy)
            {
                if (busy.TryAdd(id, mine)) return new Release(() => GiveBack(id, mine));
                theirs = busy[id];
            }
            try
            {
                await theirs.Task.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw StripeError.LockTimeout();
            }
        }
    }

    void GiveBack(string id, TaskCompletionSource mine)
    {
        lock (busy) busy.Remove(id);
        mine.SetResult();
    }

    sealed class Release(Action giveBack) : IDisposable
    {
        public void Dispose() => giveBack();
    }
}
