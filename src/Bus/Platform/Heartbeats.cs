using Microsoft.Extensions.Logging;
using Roost.Bus.Hosting;

namespace Roost.Bus.Platform;

/// <summary>Tells the platform at start who this is, and from then on that it is alive.</summary>
sealed class Heartbeats(
    HeartbeatSettings settings, string endpoint, HostIdentity host, PlatformSender sender, TimeProvider clock, ILogger logger)
{
    const string Started = "ServiceControl.Plugin.Heartbeat.Messages.RegisterEndpointStartup";
    const string Alive = "ServiceControl.Plugin.Heartbeat.Messages.EndpointHeartbeat";
    static readonly TimeSpan SecondAttempt = TimeSpan.FromMinutes(1);

    public async Task Register(CancellationToken ct)
    {
        var report = new
        {
            HostId = host.Id, Endpoint = endpoint, StartedAt = clock.GetUtcNow().UtcDateTime, HostProperties = host.Properties,
            HostDisplayName = host.DisplayName, Host = host.DisplayName,
        };
        try
        {
            await sender.Send(settings.Queue, Started, report, settings.TimeToLive, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            logger.LogWarning(
                failure, "Unable to register the endpoint's start with the platform; trying once more in {Delay}", SecondAttempt);
            await Task.Delay(SecondAttempt, clock, ct);
            await sender.Send(settings.Queue, Started, report, settings.TimeToLive, ct);
        }
    }

    public Task Beat(CancellationToken ct) => sender.Send(
        settings.Queue, Alive,
        new { ExecutedAt = clock.GetUtcNow().UtcDateTime, EndpointName = endpoint, HostId = host.Id, Host = host.DisplayName },
        settings.TimeToLive, ct);
}
