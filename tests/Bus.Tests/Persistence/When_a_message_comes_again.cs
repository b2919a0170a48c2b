using System.Text;
using Npgsql;
using Roost.Bus.Persistence;
using Roost.Bus.Transport;
using Roost.Servers;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_a_message_comes_again
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [Test]
    public async Task What_it_sent_is_found_as_it_was()
    {
        var id = NewId();
        OutgoingOperation[] sent =
        [
            To("Facts.Worker", "{\"Text\":\"é\\u0001\"}"),
            To("Facts.Saga", "") with { DelayDeliveryFor = TimeSpan.FromDays(400), TimeToBeReceived = TimeSpan.FromSeconds(1) },
            To("Facts.Saga", "") with { DeliverAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(7) },
            To("", "{}") with { Destination = null, EventType = typeof(Happened) },
        ];
        await storage.Persistence.Process(id, sent);

        await using var again = await storage.Persistence.Begin(id);

        Assert.That(again.Duplicate!.Dispatched, Is.False);
        Assert.That(again.Duplicate.Operations.Select(Facts), Is.EqualTo(sent.Select(Facts)));
    }

    [Test]
    public async Task Nothing_is_left_to_send_when_everything_has_left()
    {
        var id = NewId();
        await storage.Persistence.Process(id, To("Facts.Worker"));
        storage.Persistence.MarkDispatched(id);

        await Eventually.Is(async () =>
        {
            await using var again = await storage.Persistence.Begin(id);
            return again.Duplicate is { Dispatched: true, Operations.Count: 0 };
        });
    }

    // Rows of the official persistence: pretty-printed before jsonb took it in, more options than we know, no body.
    [Test]
    public async Task A_row_of_the_official_runtime_is_understood()
    {
        var id = NewId();
        await Store(id, """
            [{
              "Options": {"Unknown": "x", "TimeToBeReceived": "00:00:09", "Destination": "Facts.Worker", "EventType": "not looked at"},
              "Headers": {"b": "2", "a": "1"}, "MessageId": "m"
            }]
            """);

        await using var again = await storage.Persistence.Begin(id);

        var operation = again.Duplicate!.Operations.Single();
        Assert.That((operation.Destination, operation.EventType, operation.TimeToBeReceived),
            Is.EqualTo(("Facts.Worker", (Type?)null, TimeSpan.FromSeconds(9))));
        Assert.That(operation.Headers, Is.EquivalentTo(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
        Assert.That(operation.Body.Length, Is.Zero);
    }

    [TestCase("""[{"MessageId": "m", "Headers": {}, "Options": {"EventType": "Facts.Gone, Facts.App"}}]""")]
    [TestCase("""[{"MessageId": "m", "Headers": {}, "Options": {}}]""")]
    public async Task It_fails_when_nobody_can_tell_where_its_operations_go(string operations)
    {
        var id = NewId();
        await Store(id, operations);

        Assert.That(() => storage.Persistence.Begin(id), Throws.Exception);
    }

    [Test]
    public async Task Of_200_deliveries_at_once_one_has_an_effect()
    {
        var id = NewId();
        var committed = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            while (!await Deliver(storage.Persistence, id, () => Interlocked.Increment(ref committed)))
            {
                // Refused by the database; the transport would deliver it again.
            }
        })));

        Assert.That(committed, Is.EqualTo(1));
        Assert.That(await storage.Effects(id), Is.EqualTo(1));
        Assert.That(await storage.OutboxRows(id), Is.EqualTo(1));
    }

    // P-66: with pessimistic concurrency control not even a handler runs twice.
    [Test]
    public async Task Of_200_deliveries_at_once_one_runs_the_handler_when_the_outbox_is_pessimistic()
    {
        var id = NewId();
        var careful = storage.Instance(outbox: settings => settings.UsePessimisticConcurrencyControl());
        var ran = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            await using var unit = await careful.Begin(id);
            if (unit.Duplicate is not null) return;
            Interlocked.Increment(ref ran);
            await unit.Act(id);
            await unit.Commit(To("Facts.Worker", id: "sent"));
        })));

        Assert.That(ran, Is.EqualTo(1));
        await using var again = await careful.Begin(id);
        Assert.That(again.Duplicate!.Operations.Single().MessageId, Is.EqualTo("sent"));
    }

    [Test]
    public async Task A_pessimistic_reservation_is_gone_when_the_handler_failed()
    {
        var id = NewId();
        var careful = storage.Instance(outbox: settings => settings.UsePessimisticConcurrencyControl());
        await using (await careful.Begin(id)) Assert.That(await storage.OutboxRows(id), Is.Zero);

        await using var again = await careful.Begin(id);

        Assert.That(again.Duplicate, Is.Null);
    }

    // A twin that waited for the saga's lock learns of the row that was committed under it, and runs no handler in vain.
    [Test]
    public async Task It_sees_its_twin_after_waiting_for_the_twins_saga()
    {
        var order = await storage.Persistence.StartOrder();
        var id = NewId();
        await using var first = await storage.Persistence.Begin(id, ByOrder(order.OrderId));
        var second = storage.Persistence.Begin(id, ByOrder(order.OrderId));
        await storage.WhoWaits();
        Assert.That(second.IsCompleted, Is.False);

        first.Update(Storage.OrderTable, first.Sagas[0]!);
        await first.Commit();

        await using var twin = await second;
        Assert.That(twin.Duplicate, Is.Not.Null);
    }

    static async Task<bool> Deliver(IPersistence persistence, string id, Action committed)
    {
        await using var unit = await persistence.Begin(id);
        if (unit.Duplicate is not null) return true;
        await unit.Act(id);
        try
        {
            await unit.Commit(To("Facts.Worker"));
            committed();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    Task Store(string id, string operations) => storage.Database.Execute(
        $"""insert into {Storage.Outbox} ("MessageId", "Operations", "PersistenceVersion") values ('{id}', '{operations}', '9.0.3.0')""");

    static object Facts(OutgoingOperation operation) => (operation.MessageId, Encoding.UTF8.GetString(operation.Body.Span),
        string.Join(';', operation.Headers.Select(header => $"{header.Key}={header.Value}")), operation.Destination, operation.EventType,
        operation.DelayDeliveryFor, operation.DeliverAt, operation.TimeToBeReceived);
}
