using Npgsql;
using Roost.Bus.Persistence;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

/// <summary>Sagas and the handlers' rows are still one transaction; messages are not part of it.</summary>
public sealed class When_there_is_no_outbox
{
    Storage storage = null!;
    IPersistence persistence = null!;

    [OneTimeSetUp]
    public async Task CreateStorage()
    {
        storage = await Storage.New();
        persistence = storage.Instance(outboxEnabled: false);
        await storage.Database.Execute($"drop table {Storage.Outbox}");
    }

    [OneTimeTearDown]
    public async Task DropStorage()
    {
        await persistence.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Test]
    public async Task Sagas_and_rows_are_committed_together()
    {
        var order = NewOrder();
        await using (var unit = await persistence.Begin("m", ByOrder(order.OrderId)))
        {
            unit.Insert(Storage.OrderTable, order);
            await unit.Act("m");
            await unit.Commit(To("Facts.Worker"));
        }

        await using var again = await persistence.Begin("m", ByOrder(order.OrderId));
        Assert.That((again.Duplicate, again.Sagas.Single()?.Data.Id), Is.EqualTo(((StoredMessage?)null, order.Id)));
        Assert.That(await storage.Effects("m"), Is.EqualTo(1));
    }

    // "commit" alone would be answered with a rollback and no error.
    [Test]
    public async Task A_handler_that_swallows_an_error_of_the_database_cannot_commit()
    {
        await using var unit = await persistence.Begin("m");
        await using (var wrong = new NpgsqlCommand("select * from nothing", unit.Connection()))
            Assert.ThrowsAsync<PostgresException>(() => wrong.ExecuteNonQueryAsync());

        Assert.ThrowsAsync<PostgresException>(() => unit.Commit());
    }

    [Test]
    public async Task There_is_nothing_to_look_after()
    {
        Assert.That(await persistence.FindUndispatched(default), Is.Empty);
        Assert.That(await persistence.CleanUp(TimeSpan.Zero, default), Is.Zero);
        await persistence.Install([Storage.OrderTable], default);
        Assert.That(await storage.Count("pg_tables where tablename = 'Facts_Saga_OutboxData'"), Is.Zero);
    }
}
