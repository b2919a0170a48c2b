using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Roost.Servers;

namespace Roost.Benchmarks.Bus;

/// <summary>An endpoint as the product runs them, in this process. Only the public API of the bus is used: it runs unchanged on either runtime.</summary>
sealed class BenchEndpoint : IAsyncDisposable
{
    readonly IHost host;
    readonly NpgsqlDataSource database;

    BenchEndpoint(IHost host, NpgsqlDataSource database) => (this.host, this.database) = (host, database);

    public IMessageSession Bus => host.Services.GetRequiredService<IMessageSession>();

    public static async Task<BenchEndpoint> Start(
        string name, string amqp, Postgres.Database postgres, int concurrency, Now now, bool durable, Action<EndpointConfiguration> describe, CancellationToken ct)
    {
        var connection = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 2, NoResetOnClose = true };
        var database = NpgsqlDataSource.Create(connection);
        var endpoint = new EndpointConfiguration(name);
        endpoint.AssemblyScanner().Disable = true;
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), amqp);
        endpoint.UseTransport(transport).RouteToEndpoint(typeof(FinishOrder), name);
        endpoint.UseSerialization<SystemJsonSerializer>();
        endpoint.SendFailedMessagesTo("error");
        endpoint.EnableInstallers();
        endpoint.LimitMessageProcessingConcurrencyTo(concurrency);
        if (durable)
        {
            var persistence = endpoint.UsePersistence<SqlPersistence>();
            persistence.ConnectionBuilder(database.CreateConnection);
            persistence.TablePrefix($"{name}_");
            var dialect = persistence.SqlDialect<SqlDialect.PostgreSql>();
            dialect.JsonBParameterModifier(parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb);
            endpoint.EnableOutbox();
        }
        describe(endpoint);

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(now);
        builder.Services.AddNServiceBusEndpoint(endpoint);
        var host = builder.Build();
        await host.StartAsync(ct);
        return new(host, database);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await database.DisposeAsync();
    }
}
