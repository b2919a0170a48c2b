using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Npgsql;
using Roost.Bus.PostgreSql.Outbox;
using Roost.Bus.Transport;
using Roost.Servers;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_a_message_is_committed
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [Test]
    public async Task Its_outbox_row_has_the_official_shape()
    {
        var id = NewId();

        await storage.Persistence.Process(id,
            To("Facts.Worker", """{"N":1}""", "first"),
            To("Facts.Saga", "", "timeout") with { DelayDeliveryFor = TimeSpan.FromSeconds(1), TimeToBeReceived = new(1, 30, 0) },
            To("Facts.Saga", "", "later") with { DeliverAt = new DateTimeOffset(2026, 11, 21, 5, 0, 33, 508, 582, new(1, 0, 0)) },
            To("", "\"é\"", "event") with { Destination = null, EventType = typeof(Happened) });

        Assert.That(await storage.Database.Value<string>($"""
            select concat_ws('|', "Dispatched", coalesce("DispatchedAt"::text, 'null'), "PersistenceVersion")
            from {Storage.Outbox} where "MessageId" = '{id}'
            """), Is.EqualTo("f|null|9.0.3.0"));
        var expected = $$$"""
            [
              {"Body": "eyJOIjoxfQ==", "Headers": {"NServiceBus.MessageId": "first"}, "MessageId": "first",
               "Options": {"Destination": "Facts.Worker"}},
              {"Body": "", "Headers": {"NServiceBus.MessageId": "timeout"}, "MessageId": "timeout",
               "Options": {"Destination": "Facts.Saga", "DelayDeliveryFor": "00:00:01", "TimeToBeReceived": "01:30:00"}},
              {"Body": "", "Headers": {"NServiceBus.MessageId": "later"}, "MessageId": "later",
               "Options": {"Destination": "Facts.Saga", "DeliverAt": "2026-11-21 04:00:33:508582 Z"}},
              {"Body": "IsOpIg==", "Headers": {"NServiceBus.MessageId": "event"}, "MessageId": "event",
               "Options": {"EventType": "{{{typeof(Happened).AssemblyQualifiedName}}}"}}
            ]
            """;
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse((await Operations(id))!), JsonNode.Parse(expected)), Is.True, await Operations(id));
    }

    /// <summary>Each thread has a buffer to write rows into; one large row per thread must not be what they hold from then on.</summary>
    [Test]
    public void The_room_that_a_large_row_took_is_given_back()
    {
        var operation = To("Facts.Worker", new string('x', 8_000_000), "large");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Assert.That(LengthOf(operation), Is.GreaterThan(8_000_000));

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(4_000_000));
        GC.KeepAlive(operation);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int LengthOf(OutgoingOperation operation) => OperationsJson.Write([operation]).Length;

    [TestCase(IsolationLevel.ReadCommitted, "read committed")]
    [TestCase(IsolationLevel.RepeatableRead, "repeatable read")]
    [TestCase(IsolationLevel.Serializable, "serializable")]
    public async Task Its_transaction_is_isolated_as_the_outbox_was_told(IsolationLevel told, string isolation)
    {
        var strict = storage.Instance(outbox: settings => settings.TransactionIsolationLevel(told));
        await using var unit = await strict.Begin(NewId());

        await using var command = new NpgsqlCommand("show transaction_isolation", unit.Connection());

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(isolation));
    }

    [Test]
    public async Task A_message_that_sends_nothing_leaves_a_row_too()
    {
        var id = NewId();

        await storage.Persistence.Process(id);

        Assert.That(await Operations(id), Is.EqualTo("[]"));
    }

    // The column has no time zone: whatever the session's is, the instant is UTC.
    [Test]
    public async Task Its_mark_is_in_utc_whatever_the_time_zone_of_the_session()
    {
        var id = NewId();
        var elsewhere = storage.Instance(storage.ConnectionString(but => but.Timezone = "Asia/Tokyo"));
        await elsewhere.Process(id, To("Facts.Worker"));

        elsewhere.MarkDispatched(id);

        await Eventually.Is(() => IsDispatched(id));
        Assert.That(await Operations(id), Is.EqualTo("[]"));
        Assert.That(await storage.Database.Value<bool>($"""
            select now() at time zone 'utc' - "DispatchedAt" between interval '0' and interval '1 minute'
            from {Storage.Outbox} where "MessageId" = '{id}'
            """), Is.True);
    }

    [Test]
    public async Task Marks_that_are_still_queued_are_written_at_the_end()
    {
        var ids = Enumerable.Range(0, 1200).Select(_ => NewId()).ToList();
        foreach (var id in ids.Take(3)) await storage.Persistence.Process(id);
        var stopping = storage.Instance();

        foreach (var id in ids) stopping.MarkDispatched(id);
        await stopping.DisposeAsync();

        foreach (var id in ids.Take(3)) Assert.That(await IsDispatched(id), Is.True);
    }

    [Test]
    public async Task What_its_handlers_wrote_is_there_only_when_it_is_committed()
    {
        await using (var rolledBack = await storage.Persistence.Begin(NewId())) await rolledBack.Act("rolled back");
        await using (var committed = await storage.Persistence.Begin(NewId()))
        {
            await committed.Act("committed");
            Assert.That(await storage.Effects("committed"), Is.Zero);
            await committed.Commit();
        }

        Assert.That(await storage.Effects("rolled back"), Is.Zero);
        Assert.That(await storage.Effects("committed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Callbacks_run_in_their_order_and_in_its_transaction()
    {
        await using var unit = await storage.Persistence.Begin(NewId());
        var session = unit.Session.SqlPersistenceSession();
        session.OnSaveChanges((_, _) =>
        {
            session.OnSaveChanges((_, _) => unit.Act("callback of a callback"));
            return unit.Act("first callback");
        });

        await unit.Commit();

        Assert.That(await storage.Database.Values<string>("select what from effect where what like '%callback%' order by ctid"),
            Is.EqualTo(new[] { "first callback", "callback of a callback" }));
    }

    [Test]
    public async Task A_failing_callback_leaves_nothing()
    {
        var id = NewId();
        await using (var unit = await storage.Persistence.Begin(id))
        {
            await unit.Act("before the failure");
            unit.Session.SqlPersistenceSession().OnSaveChanges((_, _) => throw new InvalidOperationException("no"));

            Assert.ThrowsAsync<InvalidOperationException>(() => unit.Commit());
        }

        Assert.That(await storage.Effects("before the failure"), Is.Zero);
        Assert.That(await storage.OutboxRows(id), Is.Zero);
    }

    // In a transaction that has failed, PostgreSQL answers "commit" with a quiet rollback: that must not look like a success.
    [Test]
    public async Task A_handler_that_swallows_an_error_of_the_database_cannot_commit()
    {
        var id = NewId();
        await using (var unit = await storage.Persistence.Begin(id))
        {
            await unit.Act("lost with the error");
            await using (var wrong = new NpgsqlCommand("select * from nothing", unit.Connection()))
                Assert.ThrowsAsync<PostgresException>(() => wrong.ExecuteNonQueryAsync());

            Assert.ThrowsAsync<PostgresException>(() => unit.Commit());
        }

        Assert.That(await storage.OutboxRows(id), Is.Zero);
    }

    [Test]
    public async Task A_constraint_that_is_checked_at_the_commit_undoes_everything()
    {
        var id = NewId();
        await storage.Database.Execute("create table posting (amount int unique deferrable initially deferred)");
        await using (var unit = await storage.Persistence.Begin(id))
        {
            await using (var insert = new NpgsqlCommand("insert into posting values (1), (1)", unit.Connection()))
                await insert.ExecuteNonQueryAsync();

            var failure = Assert.ThrowsAsync<PostgresException>(() => unit.Commit());
            Assert.That(failure.SqlState, Is.EqualTo(PostgresErrorCodes.UniqueViolation));
        }

        Assert.That(await storage.OutboxRows(id), Is.Zero);
    }

    Task<string?> Operations(string id) =>
        storage.Database.Value<string>($"""select "Operations"::text from {Storage.Outbox} where "MessageId" = '{id}'""");

    Task<bool> IsDispatched(string id) =>
        storage.Database.Value<bool>($"""select "Dispatched" from {Storage.Outbox} where "MessageId" = '{id}'""");
}

public sealed class Happened : IEvent;
