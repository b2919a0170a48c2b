namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>
/// Cuts a connection over which nothing comes any more, not even the broker's heartbeats. The client would notice too, a little later; but then its timer and its
/// reader close the connection both at once, the slower of them throws where nobody can catch it, and the process ends (client 7.1.2 and 7.2.0).
/// </summary>
sealed class Silence : IAsyncDisposable
{
    const int LooksInOneHeartbeat = 4;
    const int SilentLooks = 6; // the client gives up after nine
    readonly Func<long> heard;
    readonly Action cut;
    readonly Timer timer; // of the real time that the broker goes by, whatever the clock of the messages says
    long lastHeard;
    int silent;

    /// <param name="heartbeat">As agreed with the broker, which sends one in half that time if it has nothing else to say. Zero: there are none to listen for.</param>
    public Silence(TimeSpan heartbeat, Func<long> heard, Action cut)
    {
        this.heard = heard;
        this.cut = cut;
        var pause = heartbeat > TimeSpan.Zero ? heartbeat / LooksInOneHeartbeat : Timeout.InfiniteTimeSpan;
        // What is ambient where the connection is opened is not to be kept for as long as it lives.
        using (ExecutionContext.SuppressFlow()) timer = new Timer(_ => Look(), null, pause, pause);
    }

    public ValueTask DisposeAsync() => timer.DisposeAsync();

    // Looks are counted and not seconds: after a process was suspended, or had no processor for a while, there is something to be heard first.
    void Look()
    {
        var now = heard();
        silent = now == lastHeard ? silent + 1 : 0;
        lastHeard = now;
        if (silent == SilentLooks) cut();
    }
}
