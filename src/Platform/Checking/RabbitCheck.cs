using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Roost.Platform.Checking;

/// <summary>Opens a channel on a connection of its own, and makes a new connection after a failure.</summary>
sealed class RabbitCheck(PlatformSettings settings) : IHealthCheck, IAsyncDisposable
{
    readonly ConnectionFactory factory = new()
    {
        Uri = settings.RabbitMq,
        ClientProvidedName = settings.Endpoint + " health",
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.Zero, // each check is one; and the client's own can end the process when it finds nobody there
        RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
        ContinuationTimeout = TimeSpan.FromSeconds(2),
        HandshakeContinuationTimeout = TimeSpan.FromSeconds(2),
    };

    IConnection? connection;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            connection ??= await factory.CreateConnectionAsync(cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var broken = connection;
        connection = null;
        if (broken is not null) await broken.DisposeAsync();
    }
}
