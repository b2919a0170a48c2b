using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Roost.Platform.Starting;

namespace Roost.Platform.Checking;

/// <summary>Asks over one connection of its own: when the endpoint is so busy that its pool is empty it is slow, not sick.</summary>
sealed class PostgresCheck(PlatformSettings settings) : IHealthCheck, IAsyncDisposable
{
    readonly NpgsqlDataSource own = Databases.Open(new NpgsqlConnectionStringBuilder(settings.Postgres)
    {
        MaxPoolSize = 1,
        MinPoolSize = 0,
        Timeout = 2,
        CommandTimeout = 2,
        CancellationTimeout = -1, // a server that does not answer would not answer the cancellation either
        MaxAutoPrepare = 0,
    }, settings.Endpoint + " health");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var connection = await own.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select pg_is_in_recovery()", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true
            ? HealthCheckResult.Unhealthy("it is a standby and takes no writes")
            : HealthCheckResult.Healthy();
    }

    public ValueTask DisposeAsync() => own.DisposeAsync();
}
