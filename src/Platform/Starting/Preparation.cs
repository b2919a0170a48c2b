using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Roost.Platform.Starting;

/// <summary>One thing that must be done before the endpoint takes work. Done in the order of registration.</summary>
public sealed record Step(string What, Func<IServiceProvider, CancellationToken, Task> Do);

/// <summary>Runs the steps before any other service starts: the bus installs its tables and queues only after them.</summary>
sealed class Preparation(IEnumerable<Step> steps, IServiceProvider services, ILogger<Preparation> log) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await step.Do(services, cancellationToken);
            }
            catch (CannotStart e)
            {
                log.LogCritical("Cannot start: {Why}", e.Message);
                throw;
            }
            log.LogInformation("{Step}: done in {Milliseconds} ms", step.What, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
