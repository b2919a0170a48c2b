using Microsoft.Extensions.Hosting;
using NServiceBus;

namespace Roost.Bus.Hosting;

/// <summary>Ties an endpoint to the life of its host: ready before other services start, receiving with them, drained when they stop.</summary>
sealed class EndpointHost(EndpointInstance endpoint, InstallersOptions? installOnly, IHostApplicationLifetime lifetime)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (installOnly is null)
        {
            await endpoint.Create(cancellationToken);
            return;
        }
        await endpoint.Install(cancellationToken);
        if (installOnly.ShutdownBehavior == InstallersShutdownBehavior.StopApplication) lifetime.StopApplication();
    }

    public Task StartAsync(CancellationToken cancellationToken) =>
        installOnly is null ? endpoint.Start(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => endpoint.Stop(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
