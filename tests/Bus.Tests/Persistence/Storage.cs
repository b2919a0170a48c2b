using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.Outbox;
using Roost.Bus.Persistence;
using Roost.Servers;

namespace Roost.Bus.Tests.Persistence;

/// <summary>The storage of endpoint Facts.Saga, with one saga and a table for what handlers do, in a database of its own.</summary>
sealed class Storage : IAsyncDisposable
{
    public const string Outbox = """ "Facts_Saga_OutboxData" """;
    public const string Orders = """ "Facts_Saga_OrderSaga" """;
    public static readonly SagaTable OrderTable = new("OrderSaga", typeof(OrderData), nameof(OrderData.OrderId), typeof(Guid));

    readonly List<IPersistence> instances = [];

    Storage(Postgres.Database database) => Database = database;

    public Postgres.Database Database { get; }
    public IPersistence Persistence => instances[0];

    public static async Task<Storage> New(Action<OutboxSettings>? outbox = null)
    {
        var storage = new Storage(await Postgres.NewDatabase("storage"));
        await storage.Instance(outbox: outbox).Install([OrderTable], default);
        await storage.Database.Execute("create table effect (what text not null)");
        return storage;
    }

    public string ConnectionString(Action<NpgsqlConnectionStringBuilder> but)
    {
        var settings = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        but(settings);
        return settings.ConnectionString;
    }

    /// <summary>One more process of the endpoint on the same tables.</summary>
    public IPersistence Instance(
        string? connectionString = null, Action<OutboxSettings>? outbox = null, TimeProvider? clock = null, bool outboxEnabled = true)
    {
        var instance = Open(connectionString ?? Database.ConnectionString, outbox: outbox, clock: clock, outboxEnabled: outboxEnabled);
        instances.Add(instance);
        return instance;
    }

    /// <summary>Configured as an endpoint does it.</summary>
    public static IPersistence Open(string connectionString, string endpoint = "Facts.Saga",
        Action<PersistenceExtensions<SqlPersistence>>? configure = null, Action<OutboxSettings>? outbox = null, TimeProvider? clock = null,
        bool outboxEnabled = true)
    {
        var configuration = new EndpointConfiguration(endpoint);
        var persistence = configuration.UsePersistence<SqlPersistence>();
        persistence.ConnectionBuilder(() => new NpgsqlConnection(connectionString));
        persistence.SqlDialect<SqlDialect.PostgreSql>()
            .JsonBParameterModifier(parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb);
        configure?.Invoke(persistence);
        outbox?.Invoke(configuration.EnableOutbox());
        return configuration.Blueprint.Persistence!.CreatePersistence(new PersistenceContext(
            endpoint, outboxEnabled, configuration.Settings, clock ?? TimeProvider.System, NullLoggerFactory.Instance));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in instances) await instance.DisposeAsync();
        await Database.DisposeAsync();
    }
}

public sealed class OrderData : ContainSagaData
{
    public Guid OrderId { get; set; }
    public string? Name { get; set; }
    public DateTime When { get; set; }
    public DateTimeOffset Off { get; set; }
    public TimeSpan Span { get; set; }
    public decimal Amount { get; set; }
    public OrderState State { get; set; }
    public List<string> Items { get; set; } = [];
    public Dictionary<string, int>? Map { get; set; }
    public DateOnly Day { get; set; }
    public int Tries { get; set; } = 3;
}

public enum OrderState { New, Paid }
