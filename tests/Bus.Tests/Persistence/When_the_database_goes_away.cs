using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql;
using Roost.Bus.PostgreSql.Tables;
using Roost.Servers;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

/// <summary>Whatever is cut and when: all of a message is there or nothing, and the endpoint is never told of a commit that was none.</summary>
public sealed class When_the_database_goes_away
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [Test]
    public async Task While_the_saga_is_awaited_the_message_fails()
    {
        var order = await storage.Persistence.StartOrder();
        await using var first = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
        var waiting = storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));

        await Kill(await storage.WhoWaits());

        Assert.ThrowsAsync<PostgresException>(() => waiting);
    }

    [Test]
    public async Task Before_the_handlers_sql_the_message_fails_and_leaves_nothing() =>
        await Dies(async (unit, _) =>
        {
            await Kill(unit.Connection().ProcessID);
            await unit.Act("after the kill");
        });

    [Test]
    public async Task After_the_handlers_sql_the_message_fails_and_leaves_nothing() =>
        await Dies(async (unit, id) =>
        {
            await unit.Act(id);
            await Kill(unit.Connection().ProcessID);
            await unit.Commit(To("Facts.Worker"));
        });

    [Test]
    public async Task In_the_middle_of_the_commit_the_message_fails_and_leaves_nothing() =>
        await Dies(async (unit, id) =>
        {
            await unit.Act(id);
            await using var twin = await storage.Database.Open();
            await using var transaction = await twin.BeginTransactionAsync();
            // With this row pending, the commit batch has written the saga and waits at the outbox.
            var row = $"""insert into {Storage.Outbox} ("MessageId", "Operations") values ('{id}', '[]')""";
            await using (var insert = new NpgsqlCommand(row, twin)) await insert.ExecuteNonQueryAsync();
            var commit = unit.Commit(To("Facts.Worker"));
            await Kill(await storage.WhoWaits());
            await commit;
        });

    [Test]
    public async Task After_the_commit_but_before_its_answer_the_message_fails_and_its_retry_finds_what_it_did()
    {
        await using var wire = Wire.To(storage.Database);
        var persistence = storage.Instance(wire.ConnectionString(storage.Database));
        await persistence.Process(NewId(), To("Facts.Worker")); // its statements are prepared: the next commit is one round trip
        var id = NewId();
        await using (var unit = await persistence.Begin(id))
        {
            await unit.Act(id);
            wire.LoseAnswers();

            Assert.That(() => unit.Commit(To("Facts.Worker", id: "sent")), Throws.InstanceOf<NpgsqlException>());
        }
        wire.CarryAnswers();

        await using var retry = await storage.Persistence.Begin(id);
        Assert.That(retry.Duplicate!.Operations.Single().MessageId, Is.EqualTo("sent"));
        Assert.That(await storage.Effects(id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stalled_connection_is_given_up_in_time_and_the_next_message_gets_a_new_one()
    {
        await using var wire = Wire.To(storage.Database);
        var persistence = storage.Instance(wire.ConnectionString(storage.Database));
        await persistence.Process(NewId());

        wire.LoseAnswers();
        Assert.That(() => persistence.Begin(NewId()).WaitAsync(TimeSpan.FromSeconds(20)), Throws.InstanceOf<NpgsqlException>());

        wire.CarryAnswers();
        await persistence.Process(NewId(), To("Facts.Worker"));
    }

    /// <summary>The provider alone would wait for half a minute.</summary>
    [Test]
    public async Task A_stalled_connection_is_given_up_by_the_bus_itself()
    {
        await using var wire = Wire.To(storage.Database);
        var patient = new NpgsqlConnectionStringBuilder(wire.ConnectionString(storage.Database)) { CommandTimeout = 30 }.ConnectionString;
        var settings = new StorageSettings("Facts.Saga", new TableNames("public", "Facts_Saga_"), () => new NpgsqlConnection(patient),
            parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb) { StatementTimeout = TimeSpan.FromSeconds(1) };
        await using var persistence = new PostgreSqlPersistence(settings, NullLogger.Instance);
        await persistence.Process(NewId());

        wire.LoseAnswers();
        Assert.That(() => persistence.Begin(NewId()).WaitAsync(TimeSpan.FromSeconds(10)),
            Throws.InstanceOf<NpgsqlException>().With.Property(nameof(NpgsqlException.IsTransient)).True);

        wire.CarryAnswers();
        await persistence.Process(NewId(), To("Facts.Worker"));
    }

    [Test]
    public async Task Marks_wait_until_it_is_back()
    {
        var server = new NpgsqlConnectionStringBuilder(storage.Database.ConnectionString);
        await using var link = Link.To(server.Host!, server.Port);
        var persistence = storage.Instance(storage.Database.Through(link.Host, link.Port));
        var id = NewId();
        await persistence.Process(id, To("Facts.Worker"));

        link.Cut();
        persistence.MarkDispatched(id);
        Assert.That(() => persistence.Begin(NewId()), Throws.InstanceOf<NpgsqlException>());
        link.Join();

        await Eventually.Is(async () => await storage.Count($"""{Storage.Outbox} where "MessageId" = '{id}' and "Dispatched" """) == 1);
    }

    async Task Dies(Func<IUnitOfWork, string, Task> work)
    {
        var order = await storage.Persistence.StartOrder();
        var id = NewId();
        await using (var unit = await storage.Persistence.Begin(id, ByOrder(order.OrderId)))
        {
            unit.Update(Storage.OrderTable, unit.Sagas[0]!);
            Assert.That(() => work(unit, id), Throws.InstanceOf<NpgsqlException>());
        }

        Assert.That(await storage.Effects(id), Is.Zero);
        Assert.That(await storage.OutboxRows(id), Is.Zero);

        await using var retry = await storage.Persistence.Begin(id, ByOrder(order.OrderId));
        Assert.That((retry.Duplicate, retry.Sagas[0]!.Concurrency), Is.EqualTo(((StoredMessage?)null, 1)));
        retry.Update(Storage.OrderTable, retry.Sagas[0]!);
        await retry.Commit();
    }

    Task Kill(int pid) => storage.Database.Execute($"select pg_terminate_backend({pid}, 5000)");
}
