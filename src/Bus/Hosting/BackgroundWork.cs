using Microsoft.Extensions.Logging;
using Roost.Bus.Persistence;
using Roost.Bus.Platform;
using Roost.Bus.Recoverability;

namespace Roost.Bus.Hosting;

/// <summary>What an endpoint does besides handling messages, each on its own timer.</summary>
sealed class BackgroundWork : IAsyncDisposable
{
    static readonly TimeSpan LookForForgotten = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LookAtQueue = TimeSpan.FromSeconds(15);
    static readonly TimeSpan PatienceWithCancelled = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource stopping = new();
    readonly List<(string What, Task Task)> running = [];
    readonly TimeProvider clock;
    readonly ILogger logger;

    BackgroundWork(TimeProvider clock, ILogger logger) => (this.clock, this.logger) = (clock, logger);

    public static BackgroundWork Start(
        EndpointBlueprint blueprint, EndpointAssembly assembly, EndpointRuntime runtime, CriticalErrors criticalErrors, IServiceProvider services)
    {
        var work = new BackgroundWork(assembly.Clock, assembly.Logger);
        if (blueprint.Outbox)
        {
            var outbox = blueprint.Settings.TryGet<OutboxOptions>(out var configured) ? configured : new OutboxOptions();
            work.Every(LookForForgotten, "send what was committed and not sent", runtime.SendForgotten);
            if (!outbox.CleanUpDisabled)
                work.Every(outbox.CleanUpEvery, "clean up the outbox", new OutboxCleanUp(runtime.Persistence!, outbox.KeepFor, criticalErrors).Run);
        }
        if (!blueprint.SendOnly)
            work.Every(LookAtQueue, "count what waits in the queue", async ct =>
            {
                if (assembly.Metrics.IsQueueLengthWanted)
                    assembly.Metrics.Waiting(await runtime.Transport.CountWaiting(blueprint.MainQueue, ct));
            });
        PlatformReports.Start(work, blueprint, assembly, runtime, services);
        return work;
    }

    public void Once(string what, Func<CancellationToken, Task> action) => running.Add((what, Task.Run(() => Attempt(what, action))));

    public void Every(TimeSpan period, string what, Func<CancellationToken, Task> action) => running.Add((what, Task.Run(async () =>
    {
        using var timer = new PeriodicTimer(period, clock);
        while (await NextTick(timer)) await Attempt(what, action);
    })));

    /// <summary>A failure is logged and the next round tried: none of this may stop the endpoint.</summary>
    async Task Attempt(string what, Func<CancellationToken, Task> action)
    {
        try
        {
            await action(stopping.Token);
        }
        catch (Exception failure)
        {
            if (!stopping.IsCancellationRequested) logger.LogWarning(failure, "Could not {What}", what);
        }
    }

    async Task<bool> NextTick(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A check is somebody's own code and may not listen: what does not end soon is left behind, so that the endpoint does.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(Task.WhenAll(running.Select(work => work.Task)), Task.Delay(PatienceWithCancelled, clock));
        foreach (var (what, _) in running.Where(work => !work.Task.IsCompleted))
            logger.LogWarning("The endpoint stops without waiting any longer for: {What}", what);
    }
}
