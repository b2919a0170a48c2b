using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_a_session_is_committed
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [Test]
    public async Task Its_rows_and_its_messages_are_there_together()
    {
        var id = NewId();
        await using var session = await storage.Persistence.BeginSession(id, default);
        await session.Act(id);
        Assert.That((await storage.Effects(id), await storage.OutboxRows(id)), Is.EqualTo((0L, 0L)));

        await session.Commit(To("Facts.Worker"));

        Assert.That((await storage.Effects(id), await storage.OutboxRows(id)), Is.EqualTo((1L, 1L)));
    }

    [Test]
    public async Task Neither_is_there_when_it_was_not()
    {
        var id = NewId();

        await using (var session = await storage.Persistence.BeginSession(id, default)) await session.Act(id);

        Assert.That((await storage.Effects(id), await storage.OutboxRows(id)), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task Without_messages_it_leaves_no_outbox_row()
    {
        var id = NewId();
        await using var session = await storage.Persistence.BeginSession(id, default);
        await session.Act(id);

        await session.Commit();

        Assert.That((await storage.Effects(id), await storage.OutboxRows(id)), Is.EqualTo((1L, 0L)));
    }

    [Test]
    public async Task Its_transaction_is_over()
    {
        await using var session = await storage.Persistence.BeginSession(NewId(), default);
        await session.Commit();

        Assert.That(() => session.Connection(), Throws.InvalidOperationException);
    }
}
