using Roost.Bus.Persistence;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

/// <summary>Round trips are what a message costs. They are counted between client and server, below all that could hide one.</summary>
public sealed class When_a_message_crosses_the_wire
{
    Storage storage = null!;
    Wire wire = null!;
    IPersistence persistence = null!;

    [OneTimeSetUp]
    public async Task CreateStorage()
    {
        storage = await Storage.New();
        wire = Wire.To(storage.Database);
        persistence = storage.Instance(wire.ConnectionString(storage.Database));
    }

    [OneTimeTearDown]
    public async Task DropStorage()
    {
        await persistence.DisposeAsync();
        await storage.DisposeAsync();
        await wire.DisposeAsync();
    }

    [Test]
    public async Task It_costs_one_round_trip_to_load_and_one_to_commit() =>
        Assert.That(await RoundTripsOf(() => persistence.Process(NewId(), To("Facts.Worker"))), Is.EqualTo(2));

    [Test]
    public async Task Starting_changing_and_completing_a_saga_costs_no_more() =>
        Assert.That(await RoundTripsOf(OrderLife), Is.EqualTo(3 * 2));

    [Test]
    public async Task A_statement_of_the_handler_costs_its_own_and_nothing_else() =>
        Assert.That(await RoundTripsOf(async () =>
        {
            await using var unit = await persistence.Begin(NewId());
            await unit.Act("one statement");
            await unit.Commit();
        }), Is.EqualTo(3));

    [Test]
    public async Task A_session_costs_only_its_commit() =>
        Assert.That(await RoundTripsOf(async () =>
        {
            await using var unit = await persistence.BeginSession(NewId(), default);
            await unit.Commit(To("Facts.Worker"));
        }), Is.EqualTo(1));

    async Task OrderLife()
    {
        var order = await persistence.StartOrder();
        await using (var unit = await persistence.Begin(NewId(), ByOrder(order.OrderId)))
        {
            unit.Update(Storage.OrderTable, unit.Sagas[0]!);
            await unit.Commit();
        }
        await using (var unit = await persistence.Begin(NewId(), ByOrder(order.OrderId)))
        {
            unit.Delete(Storage.OrderTable, unit.Sagas[0]!);
            await unit.Commit();
        }
    }

    // The first time connects and prepares the statements; after that each costs the same.
    async Task<int> RoundTripsOf(Func<Task> work)
    {
        await work();
        var before = wire.RoundTrips;
        await work();
        var once = wire.RoundTrips - before;
        await work();
        Assert.That(wire.RoundTrips - before, Is.EqualTo(2 * once));
        return once;
    }
}
