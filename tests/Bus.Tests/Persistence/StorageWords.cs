using System.Text;
using Npgsql;
using Roost.Bus.Persistence;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Persistence;

/// <summary>What the tests let an endpoint do, in one word each.</summary>
static class StorageWords
{
    public static string NewId() => Guid.NewGuid().ToString();

    public static OrderData NewOrder(Guid? orderId = null) =>
        new() { Id = Guid.NewGuid(), OrderId = orderId ?? Guid.NewGuid(), Name = "new" };

    public static OutgoingOperation To(string destination, string body = "{}", string? id = null)
    {
        id ??= NewId();
        return new OutgoingOperation(id, new Dictionary<string, string> { ["NServiceBus.MessageId"] = id }, Encoding.UTF8.GetBytes(body))
        {
            Destination = destination,
        };
    }

    public static SagaQuery ByOrder(Guid orderId) => new(Storage.OrderTable, null, orderId);

    public static Task<IUnitOfWork> Begin(this IPersistence persistence, string messageId, params SagaQuery[] sagas) =>
        persistence.Begin(messageId, sagas, default);

    public static Task Commit(this IUnitOfWork unit, params OutgoingOperation[] operations) => unit.Commit(operations, default);

    public static async Task Process(this IPersistence persistence, string messageId, params OutgoingOperation[] operations)
    {
        await using var unit = await persistence.Begin(messageId);
        await unit.Commit(operations);
    }

    public static async Task<OrderData> StartOrder(this IPersistence persistence, Guid? orderId = null)
    {
        var order = NewOrder(orderId);
        await using var unit = await persistence.Begin(NewId(), ByOrder(order.OrderId));
        unit.Insert(Storage.OrderTable, order);
        await unit.Commit();
        return order;
    }

    public static NpgsqlConnection Connection(this IUnitOfWork unit) => (NpgsqlConnection)unit.Session.SqlPersistenceSession().Connection;

    /// <summary>What a handler does with its own rows.</summary>
    public static async Task Act(this IUnitOfWork unit, string what)
    {
        await using var command = new NpgsqlCommand("insert into effect (what) values ($1)", unit.Connection());
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = what });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The backend that waits for somebody else's lock, as soon as there is one.</summary>
    public static Task<int> WhoWaits(this Storage storage) => Eventually.Sees(() => storage.Database.Value<int>(
        "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"), pid => pid > 0);

    public static async Task<long> Count(this Storage storage, string what) =>
        await storage.Database.Value<long>($"select count(*) from {what}");

    public static Task<long> Effects(this Storage storage, string what) => storage.Count($"effect where what = '{what}'");

    public static Task<long> OutboxRows(this Storage storage, string messageId) =>
        storage.Count($"""{Storage.Outbox} where "MessageId" = '{messageId}'""");
}
