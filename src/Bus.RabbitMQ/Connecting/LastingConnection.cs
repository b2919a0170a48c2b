using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>
/// Keeps one purpose connected: opens a connection, hands it to its user and, when it is lost, opens the next, with growing pauses.
/// Tells once per outage when it lasts too long, and goes on trying. A connection that does not last ends no outage.
/// </summary>
sealed class LastingConnection : IAsyncDisposable
{
    /// <summary>
    /// Sets up what it needs on the connection, calls <paramref name="ready"/>, and returns, with the reason, when it is of no more use.
    /// </summary>
    public delegate Task<string> Use(BrokerConnection connection, Action ready, CancellationToken ct);

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(5);
    readonly BrokerSettings settings;
    readonly string name;
    readonly Use use;
    readonly Func<string, Exception, Task>? onCritical;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource firstUse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task running = Task.CompletedTask;
    Exception failure = new TimeoutException("The broker has not answered yet.");
    TimeSpan pause = FirstPause;
    long downSince;
    long? readySince;
    bool criticalTold;

    public LastingConnection(
        BrokerSettings settings, string name, Use use, Func<string, Exception, Task>? onCritical, TimeProvider clock, ILogger log)
    {
        this.settings = settings;
        this.name = name;
        this.use = use;
        this.onCritical = onCritical;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Returns when the connection is in use for the first time; throws when that takes too long or can never succeed.</summary>
    public async Task Start(CancellationToken ct)
    {
        downSince = clock.GetTimestamp();
        // What is ambient at start (an activity, a culture) is not to be seen by every message for the rest of the process.
        using (ExecutionContext.SuppressFlow()) running = Task.Run(Run, CancellationToken.None);
        try
        {
            await firstUse.Task.WaitAsync(settings.PatienceAtStart, ct);
        }
        catch (TimeoutException)
        {
            await DisposeAsync();
            throw new BrokerUnreachableException(new TimeoutException(
                $"No connection '{name}' to {settings.Address} within {settings.PatienceAtStart.TotalSeconds:0} s: {failure.Message}", failure));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
    }

    async Task Run()
    {
        try
        {
            while (true)
            {
                Down(await UseOne());
                await Pause();
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Asked to end; what an attempt to connect met at that moment is of no interest any more.
        }
    }

    /// <returns>Why the connection is of no more use, or could not be had.</returns>
    async Task<Exception> UseOne()
    {
        try
        {
            await using var connection = await BrokerConnection.Open(settings, name, log, stopping.Token);
            return new IOException($"Connection '{name}' was lost: {await use(connection, Ready, stopping.Token)}");
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (Refusal.IsFinal(e)) firstUse.TrySetException(e);
            return e;
        }
    }

    void Ready()
    {
        if (firstUse.Task.IsCompleted) log.LogInformation("Connection '{Connection}' to {Broker} is restored.", name, settings.Address);
        readySince ??= clock.GetTimestamp();
        firstUse.TrySetResult();
    }

    void Down(Exception reason)
    {
        failure = reason;
        if (readySince is { } began) Lost(after: clock.GetElapsedTime(began));
        log.LogWarning("{Reason} Connecting '{Connection}' to {Broker} again in about {Pause:0.0} s.",
            Sentence(reason), name, settings.Address, pause.TotalSeconds);

        var outage = clock.GetElapsedTime(downSince);
        if (criticalTold || onCritical is null || outage < settings.CriticalAfter) return;
        criticalTold = true;
        // Not awaited: who is told may decide to stop the endpoint, and stopping waits for this loop.
        _ = Tell(onCritical, $"'{name}' has had no lasting connection to the broker for {outage.TotalSeconds:0} s.", reason);
    }

    void Lost(TimeSpan after)
    {
        BrokerMeter.Reconnects.Add(1);
        readySince = null;
        if (after >= LongEnough) (downSince, criticalTold, pause) = (clock.GetTimestamp(), false, FirstPause);
    }

    async Task Pause()
    {
        // Many processes lose the same broker at the same moment; they need not come back at the same moment.
        var spread = 0.75 + 0.5 * Random.Shared.NextDouble();
        await Task.Delay(pause * spread, stopping.Token);
        var next = pause * 2;
        pause = next < settings.LongestPauseBetweenAttempts ? next : settings.LongestPauseBetweenAttempts;
    }

    async Task Tell(Func<string, Exception, Task> who, string what, Exception reason)
    {
        try
        {
            await Task.Run(() => who(what, reason));
        }
        catch (Exception e)
        {
            log.LogError(e, "Telling of a critical error failed.");
        }
    }

    static string Sentence(Exception e)
    {
        var cause = e is BrokerUnreachableException { InnerException: { } inner } ? inner : e;
        return cause.Message.TrimEnd('.') + ".";
    }
}
