using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.TransactionalSession;
using Roost.Platform.Messaging;
using Roost.Platform.Migrating;

namespace Roost.Platform;

/// <summary>The one place that says how endpoints use the bus: durable, with outbox, retries, error and audit queue, nothing found by scanning.</summary>
public static class BusEndpoint
{
    const string BusSchema = "bus";

    // Longer than any night: a broker that comes back finds its consumers, and nobody has to start them again.
    static readonly TimeSpan brokerMayBeGoneFor = TimeSpan.FromHours(12);

    // Readiness sees a broker that is back within seconds; the endpoint should work by then.
    static readonly TimeSpan longestPauseBeforeReconnecting = TimeSpan.FromSeconds(2);

    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, Action<BusSetup> describe)
    {
        var settings = builder.Settings();
        var database = builder.Database();
        var endpoint = new EndpointConfiguration(settings.Endpoint);
        endpoint.AssemblyScanner().Disable = true;

        var routing = endpoint.UseTransport(Transport(builder.Given(), settings));
        endpoint.UseSerialization<SystemJsonSerializer>();
        endpoint.SendFailedMessagesTo("error");
        endpoint.EnableInstallers();
        endpoint.Recoverability()
            .Immediate(retries => retries.NumberOfRetries(3))
            .Delayed(retries => retries.NumberOfRetries(3).TimeIncrease(TimeSpan.FromSeconds(10)))
            .CustomPolicy(RetryPolicy.Decide);
        // Where containers come and go, a host is still one host to the platform tools.
        endpoint.UniquelyIdentifyRunningInstance().UsingNames(settings.Endpoint, Environment.MachineName);
        endpoint.WriteDiagnosticsToLog();
        endpoint.Pipeline.Register(new IncomingLogContext(), "Puts the ids of the message into every log line");
        endpoint.Pipeline.Register(new OutgoingRequestId(), "Carries the id of the request that began it");
        ReportTo(settings, endpoint);
        StopOnCriticalError(builder, endpoint);

        var setup = new BusSetup(endpoint, routing);
        describe(setup);
        if (setup.HasStorage) Store(endpoint, setup, settings, database);
        endpoint.LimitMessageProcessingConcurrencyTo(builder.Given().Number("Concurrency", otherwise: setup.Concurrency, min: 1, max: 500));
        builder.AddStep("Tables of the bus", (services, ct) => OwnTables(settings, database, services.Log<SchemaMigrator>(), ct));
        builder.Services.AddNServiceBusEndpoint(endpoint);
        return builder;
    }

    static RabbitMQTransport Transport(Settings given, PlatformSettings settings)
    {
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), settings.RabbitMq.OriginalString)
        {
            TimeToWaitBeforeTriggeringCircuitBreaker = brokerMayBeGoneFor,
            NetworkRecoveryInterval = longestPauseBeforeReconnecting,
        };
        if (given.OptionalUri("RabbitMQManagement", "http", "https") is { } management)
            transport.ManagementApiConfiguration = ManagementAt(management);
        return transport;
    }

    static ManagementApiConfiguration ManagementAt(Uri uri)
    {
        var url = uri.GetLeftPart(UriPartial.Authority).Replace(uri.UserInfo + "@", "", StringComparison.Ordinal);
        var login = Uri.UnescapeDataString(uri.UserInfo).Split(':', 2);
        return login is [{ Length: > 0 } user, var password] ? new(url, user, password) : new(url);
    }

    static void Store(EndpointConfiguration endpoint, BusSetup setup, PlatformSettings settings, NpgsqlDataSource database)
    {
        endpoint.EnableOutbox();
        var persistence = endpoint.UsePersistence<SqlPersistence>();
        persistence.ConnectionBuilder(database.CreateConnection);
        persistence.TablePrefix(settings.TablePrefix);
        var dialect = persistence.SqlDialect<SqlDialect.PostgreSql>();
        dialect.Schema(BusSchema);
        dialect.JsonBParameterModifier(parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb);
        if (setup.HasTransactionalSession) persistence.EnableTransactionalSession();
    }

    /// <summary>The platform tools: their queues must exist, so nothing is sent unless they are named.</summary>
    static void ReportTo(PlatformSettings settings, EndpointConfiguration endpoint)
    {
        if (settings.ServiceControl is { } serviceControl)
        {
            // Copies are made only where somebody takes them out of the queue again, and do not outlive a week of nobody doing so.
            endpoint.AuditProcessedMessagesTo("audit", timeToBeReceived: TimeSpan.FromDays(7));
            endpoint.SendHeartbeatTo(serviceControl);
            endpoint.ReportCustomChecksTo(serviceControl);
            endpoint.AuditSagaStateChanges(serviceControl);
        }
        if (settings.Monitoring is { } monitoring)
            endpoint.EnableMetrics().SendMetricDataToServiceControl(monitoring, TimeSpan.FromSeconds(10));
    }

    static void StopOnCriticalError(WebApplicationBuilder builder, EndpointConfiguration endpoint)
    {
        IHostApplicationLifetime? lifetime = null;
        builder.AddStep("Critical errors stop the process", (services, _) =>
        {
            lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            return Task.CompletedTask;
        });
        endpoint.DefineCriticalErrorAction((_, _) =>
        {
            // The bus has logged it. A supervisor starts us again; going on without receiving would look healthy and be dead.
            Environment.ExitCode = 1;
            lifetime?.StopApplication();
            return Task.CompletedTask;
        });
    }

    static async Task OwnTables(PlatformSettings settings, NpgsqlDataSource database, ILogger log, CancellationToken ct)
    {
        var migrations = Migration.EmbeddedIn(typeof(BusEndpoint).Assembly);
        await new SchemaMigrator(settings.Postgres, BusSchema, migrations, log).Run(ct);

        await using var claim = database.CreateCommand(
            """
            insert into bus.table_prefixes (prefix, endpoint) values (@prefix, @endpoint) on conflict do nothing;
            select endpoint from bus.table_prefixes where prefix = @prefix;
            """);
        claim.Parameters.AddWithValue("prefix", settings.TablePrefix);
        claim.Parameters.AddWithValue("endpoint", settings.Endpoint);
        var owner = (string)(await claim.ExecuteScalarAsync(ct))!;
        if (owner != settings.Endpoint)
            throw new CannotStart($"the table prefix {settings.TablePrefix} belongs to {owner}; {settings.Endpoint} needs one of its own (P-73)");
    }
}
