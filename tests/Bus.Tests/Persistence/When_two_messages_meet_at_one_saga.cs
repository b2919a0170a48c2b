using Npgsql;
using Roost.Bus.Persistence;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_two_messages_meet_at_one_saga
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [Test]
    public async Task The_second_waits_and_sees_what_the_first_did()
    {
        var order = await storage.Persistence.StartOrder();
        await using var first = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
        var waiting = storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
        await storage.WhoWaits();
        Assert.That(waiting.IsCompleted, Is.False);

        await Add(first, "first");

        await using var second = await waiting;
        await Add(second, "second");
        Assert.That(await Items(order), Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public async Task No_update_of_many_is_lost()
    {
        var order = await storage.Persistence.StartOrder();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
            await Add(unit, $"{i}");
        })));

        Assert.That(await Items(order), Is.EquivalentTo(Enumerable.Range(0, 40).Select(i => $"{i}")));
    }

    // The other side need not lock: then the version decides, and the whole message is undone, its rows and its sends.
    [TestCase(false)]
    [TestCase(true)]
    public async Task One_that_is_too_late_cannot_commit_anything(bool completes)
    {
        var order = await storage.Persistence.StartOrder();
        var id = NewId();
        await using (var late = await storage.Persistence.Begin(id, ByOrder(order.OrderId)))
        {
            await late.Act(id);
            var stale = late.Sagas[0]! with { Concurrency = 7 };
            if (completes) late.Delete(Storage.OrderTable, stale);
            else late.Update(Storage.OrderTable, stale);

            var failure = Assert.ThrowsAsync<Exception>(() => late.Commit(To("Facts.Worker")));
            Assert.That(failure.Message, Does.StartWith("Optimistic concurrency violation when trying to"));
        }

        Assert.That(await storage.Effects(id), Is.Zero);
        Assert.That(await storage.OutboxRows(id), Is.Zero);
        Assert.That(await storage.Count($"""{Storage.Orders} where "Id" = '{order.Id}' and "Concurrency" = 1"""), Is.EqualTo(1));
    }

    [Test]
    public async Task A_saga_that_vanished_cannot_be_changed()
    {
        var order = NewOrder();
        await using var unit = await storage.Persistence.Begin(NewId());
        unit.Update(Storage.OrderTable, new LoadedSaga(order, 1));

        Assert.ThrowsAsync<Exception>(() => unit.Commit());
    }

    [Test]
    public async Task Of_two_that_start_it_one_is_refused_and_finds_it_at_the_next_attempt()
    {
        var orderId = Guid.NewGuid();
        await using var first = await storage.Persistence.Begin(NewId(), ByOrder(orderId));
        var lateId = NewId();
        await using (var late = await storage.Persistence.Begin(lateId, ByOrder(orderId)))
        {
            first.Insert(Storage.OrderTable, NewOrder(orderId));
            late.Insert(Storage.OrderTable, NewOrder(orderId));
            await late.Act(lateId);
            await first.Commit();

            var failure = Assert.ThrowsAsync<PostgresException>(() => late.Commit());
            Assert.That(failure.SqlState, Is.EqualTo(PostgresErrorCodes.UniqueViolation));
        }

        await using var again = await storage.Persistence.Begin(lateId, ByOrder(orderId));
        Assert.That(again.Duplicate, Is.Null);
        Assert.That(again.Sagas.Single(), Is.Not.Null);
        Assert.That(await storage.Effects(lateId), Is.Zero);
    }

    static async Task Add(IUnitOfWork unit, string item)
    {
        var saga = unit.Sagas.Single()!;
        ((OrderData)saga.Data).Items.Add(item);
        unit.Update(Storage.OrderTable, saga);
        await unit.Commit();
    }

    async Task<List<string>> Items(OrderData order)
    {
        await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
        return ((OrderData)unit.Sagas.Single()!.Data).Items;
    }
}
