using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Roost.Platform.Checking;

/// <summary>Redis makes things fast and is never needed: without it the endpoint is ready, and says that it is slower.</summary>
sealed class RedisCheck(PlatformSettings settings) : IHealthCheck
{
    readonly string host = settings.Redis![..settings.Redis!.LastIndexOf(':')];
    readonly int port = int.Parse(settings.Redis![(settings.Redis!.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken);
        await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
        var answer = new byte[64];
        var length = await client.GetStream().ReadAsync(answer, cancellationToken);
        // A server that wants a password answers -NOAUTH: it is there.
        return length > 0 && answer[0] is (byte)'+' or (byte)'-' ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("it does not speak Redis");
    }
}
