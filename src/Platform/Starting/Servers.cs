using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Roost.Platform.Starting;

/// <summary>In a cluster everything starts at once: PostgreSQL and RabbitMQ may come a little later than we do.</summary>
static class Servers
{
    static readonly TimeSpan lookAgainAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan tellAgainAfter = TimeSpan.FromSeconds(5);

    public static Task WaitForPostgres(PlatformSettings settings, Settings given, ILogger log, CancellationToken ct)
    {
        // Not pooled: the pool of the endpoint must learn the database's types after the migrations, not before.
        var server = new NpgsqlConnectionStringBuilder(settings.Postgres) { Pooling = false, Timeout = 3, CommandTimeout = 3 };
        var database = Databases.Open(server, settings.Endpoint + " start");
        return Wait("PostgreSQL", $"{server.Host}:{server.Port}", given.Name("Postgres"), settings.StartWithin, log, async () =>
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("28", StringComparison.Ordinal) || e.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                throw new CannotStart($"PostgreSQL at {server.Host}:{server.Port} refuses: {e.MessageText} ({given.Name("Postgres")})", e);
            }
        }, ct);
    }

    public static Task WaitForRabbit(PlatformSettings settings, Settings given, ILogger log, CancellationToken ct)
    {
        var uri = settings.RabbitMq;
        var factory = new ConnectionFactory { Uri = uri, RequestedConnectionTimeout = TimeSpan.FromSeconds(3), AutomaticRecoveryEnabled = false };
        return Wait("RabbitMQ", $"{uri.Host}:{factory.Endpoint.Port}", given.Name("RabbitMQ"), settings.StartWithin, log, async () =>
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(ct);
                // A virtual host that is missing shows only at the first use.
                await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            }
            catch (Exception e) when (Refusal(e) is { } refusal)
            {
                throw new CannotStart($"RabbitMQ at {uri.Host}:{factory.Endpoint.Port} refuses: {refusal} ({given.Name("RabbitMQ")})", e);
            }
        }, ct);
    }

    static string? Refusal(Exception e) => e switch
    {
        AuthenticationFailureException => "wrong user or password",
        OperationInterruptedException { ShutdownReason.ReplyCode: 530 } => "no such virtual host, or not for this user",
        { InnerException: { } inner } => Refusal(inner),
        _ => null,
    };

    static async Task Wait(string what, string where, string setting, TimeSpan within, ILogger log, Func<Task> connect, CancellationToken ct)
    {
        var waiting = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        while (true)
        {
            try
            {
                await connect();
                if (told > TimeSpan.Zero) log.LogInformation("{Server} at {Address} is there", what, where);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or RabbitMQClientException or IOException or TimeoutException)
            {
                if (waiting.Elapsed > within)
                    throw new CannotStart($"{what} at {where} did not answer within {within.TotalSeconds:0} s: {Innermost(e).Message} ({setting})", e);
                if (told == TimeSpan.Zero || waiting.Elapsed - told > tellAgainAfter)
                {
                    told = waiting.Elapsed + TimeSpan.FromTicks(1);
                    log.LogWarning("Waiting for {Server} at {Address}: {Why}", what, where, Innermost(e).Message);
                }
                await Task.Delay(lookAgainAfter, ct);
            }
        }
    }

    static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
