using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Roost.Bus.Persistence;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_a_saga_is_stored
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [Test]
    public async Task Its_row_has_the_official_shape()
    {
        var order = Full();

        await Insert(order);

        Assert.That(await Row(order, "Metadata"), Is.EqualTo(
            """
            {
              "OriginalMessageId": "5fb1b90c",
              "Originator": "Facts.Worker"
            }
            """));
        var expected = $$"""
            {"OrderId":"{{order.OrderId}}","Name":"é","When":"2026-11-21T04:01:08.3940053Z","Off":"2026-01-02T03:04:05+02:00",
             "Span":"01:30:00","Amount":12.50,"State":1,"Items":["x"],"Map":{"k":1},"Day":"2026-01-02","Tries":4}
            """;
        var data = await Row(order, "Data");
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(data), JsonNode.Parse(expected)), Is.True, data);
        Assert.That(data, Does.Contain("12.50"));
        Assert.That(await Row(order, "PersistenceVersion"), Is.EqualTo("9.0.3.0"));
        Assert.That(await Row(order, "SagaTypeVersion"), Is.EqualTo("1.0.0.0"));
        Assert.That(await Row(order, "Concurrency"), Is.EqualTo("1"));
        Assert.That(await Row(order, "Correlation_OrderId"), Is.EqualTo(order.OrderId.ToString()));
        Assert.That((order.Originator, order.OriginalMessageId), Is.EqualTo(("Facts.Worker", "5fb1b90c")), "the object itself is untouched");
    }

    [Test]
    public async Task It_comes_back_as_it_was_by_id_and_by_its_correlation()
    {
        var order = Full();
        await Insert(order);

        SagaQuery byId = new(Storage.OrderTable, order.Id, null);
        await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId), byId, ByOrder(Guid.NewGuid()));
        var more = await unit.Load([ByOrder(order.OrderId)], default);

        var expected = JsonConvert.SerializeObject(order);
        Assert.That(unit.Sagas.Append(more[0]).Select(saga => saga is null ? null : JsonConvert.SerializeObject(saga.Data)),
            Is.EqualTo(new[] { expected, expected, null, expected }));
        Assert.That(unit.Sagas[0]!.Concurrency, Is.EqualTo(1));
    }

    [Test]
    public async Task An_update_counts_up_and_leaves_metadata_and_correlation_alone()
    {
        var order = Full();
        await Insert(order);

        await Change(order, saga =>
        {
            saga.Name = "changed";
            saga.Originator = "nobody";
            saga.OrderId = Guid.NewGuid();
        });

        Assert.That(await Row(order, "Concurrency"), Is.EqualTo("2"));
        Assert.That(JsonNode.Parse(await Row(order, "Data"))!["Name"]!.GetValue<string>(), Is.EqualTo("changed"));
        Assert.That(await Row(order, "Metadata"), Does.Contain("Facts.Worker"));
        Assert.That(await Row(order, "Correlation_OrderId"), Is.EqualTo(order.OrderId.ToString()));
    }

    [Test]
    public async Task A_completed_one_is_gone()
    {
        var order = Full();
        await Insert(order);

        await using (var unit = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId)))
        {
            unit.Delete(Storage.OrderTable, unit.Sagas[0]!);
            await unit.Commit();
        }

        Assert.That(await storage.Count($"""{Storage.Orders} where "Id" = '{order.Id}'"""), Is.Zero);
    }

    // The official format leaves default values out; on load the property keeps what its initialiser says.
    [Test]
    public async Task A_property_set_to_its_default_comes_back_as_its_initialiser()
    {
        var order = Full();
        order.Tries = 0;
        await Insert(order);

        Assert.That((await Load(order.OrderId)).Tries, Is.EqualTo(3));
    }

    // Newtonsoft's way with collections that a constructor filled: what was stored is appended.
    [Test]
    public async Task A_collection_filled_by_the_constructor_gets_the_stored_items_appended()
    {
        await using var persistence = Storage.Open(storage.Database.ConnectionString, "Facts.Filled");
        var table = new SagaTable("Filled", typeof(FilledData), "Key", typeof(string));
        await persistence.Install([table], default);
        await using (var unit = await persistence.Begin(NewId()))
        {
            unit.Insert(table, new FilledData { Id = Guid.NewGuid(), Key = "k" });
            await unit.Commit();
        }

        await using var loaded = await persistence.Begin(NewId(), new SagaQuery(table, null, "k"));

        Assert.That(((FilledData)loaded.Sagas[0]!.Data).Items, Is.EqualTo(new[] { "a", "a" }));
    }

    [Test]
    public async Task One_without_an_originator_has_empty_metadata()
    {
        var order = NewOrder();

        await Insert(order);

        Assert.That(await Row(order, "Metadata"), Is.EqualTo("{}"));
        Assert.That((await Load(order.OrderId)).Originator, Is.Null);
    }

    // P-72: a row of the official runtime, or of an older release, with members we no longer know and others missing.
    [TestCase("'1.2.3.4'")]
    [TestCase("null")]
    public async Task A_row_that_somebody_else_wrote_is_understood(string version)
    {
        var id = Guid.NewGuid();
        await storage.Database.Execute($$"""
            insert into {{Storage.Orders}} values (
                '{{id}}',
                '{"Originator":"web","OriginalMessageId":"m"}',
                '{"Removed": {"x": 1}, "Amount": 7, "OrderId": "{{id}}"}',
                '6.0.0.0', {{version}}, 41, '{{id}}')
            """);

        await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(id));

        var saga = unit.Sagas[0]!;
        var order = (OrderData)saga.Data;
        Assert.That((saga.Concurrency, order.Id, order.Originator, order.OriginalMessageId, order.Amount, order.Tries),
            Is.EqualTo((41, id, "web", "m", 7m, 3)));
    }

    [Test]
    public async Task Settings_of_ones_own_decide_how_it_is_written_and_how_old_versions_are_read()
    {
        var seen = new List<Version>();
        await using var persistence = Storage.Open(storage.Database.ConnectionString, configure: p =>
        {
            p.SagaSettings().JsonSettings(new JsonSerializerSettings { DefaultValueHandling = DefaultValueHandling.Include });
            p.SagaSettings().JsonSettingsForVersion((_, version) =>
            {
                seen.Add(version);
                return null;
            });
        });
        var order = await persistence.StartOrder();

        await using var unit = await persistence.Begin(NewId(), ByOrder(order.OrderId));

        Assert.That(JsonNode.Parse(await Row(order, "Data"))!["State"]!.GetValue<int>(), Is.Zero);
        Assert.That(seen, Is.EqualTo(new[] { new Version(1, 0, 0, 0) }));
    }

    [Test]
    public async Task A_correlation_value_of_more_than_32_bits_fails_instead_of_being_cut_off()
    {
        var table = new SagaTable("Numbered", typeof(NumberedData), "Number", typeof(long));
        await storage.Persistence.Install([table], default);
        await using var unit = await storage.Persistence.Begin(NewId());

        Assert.Throws<OverflowException>(() => unit.Insert(table, new NumberedData { Id = Guid.NewGuid(), Number = int.MaxValue + 1L }));
        unit.Insert(table, new NumberedData { Id = Guid.NewGuid(), Number = int.MaxValue });
        await unit.Commit();

        await using var found = await storage.Persistence.Begin(NewId(), new SagaQuery(table, null, (long)int.MaxValue));
        Assert.That(((NumberedData)found.Sagas[0]!.Data).Number, Is.EqualTo(int.MaxValue));
    }

    [Test]
    public void The_attribute_names_the_table()
    {
        Assert.That(new SqlPersistence().TableSuffixOf(typeof(NamedSaga)), Is.EqualTo("Renamed"));
        Assert.That(new SqlPersistence().TableSuffixOf(typeof(When_a_saga_is_stored)), Is.EqualTo(nameof(When_a_saga_is_stored)));
        Assert.That(() => new SqlPersistence().TableSuffixOf(typeof(SagaInTransition)), Throws.TypeOf<NotSupportedException>());
    }

    static OrderData Full() => new()
    {
        Id = Guid.NewGuid(),
        Originator = "Facts.Worker",
        OriginalMessageId = "5fb1b90c",
        OrderId = Guid.NewGuid(),
        Name = "é",
        When = new DateTime(2026, 11, 21, 4, 1, 8, DateTimeKind.Utc).AddTicks(3_940_053),
        Off = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        Span = TimeSpan.FromMinutes(90),
        Amount = 12.50m,
        State = OrderState.Paid,
        Items = ["x"],
        Map = new() { ["k"] = 1 },
        Day = new DateOnly(2026, 1, 2),
        Tries = 4,
    };

    async Task Insert(OrderData order)
    {
        await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
        unit.Insert(Storage.OrderTable, order);
        await unit.Commit();
    }

    async Task Change(OrderData order, Action<OrderData> change)
    {
        await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(order.OrderId));
        change((OrderData)unit.Sagas[0]!.Data);
        unit.Update(Storage.OrderTable, unit.Sagas[0]!);
        await unit.Commit();
    }

    async Task<OrderData> Load(Guid orderId)
    {
        await using var unit = await storage.Persistence.Begin(NewId(), ByOrder(orderId));
        return (OrderData)unit.Sagas[0]!.Data;
    }

    async Task<string> Row(OrderData order, string column) =>
        (await storage.Database.Value<string>($"""select "{column}"::text from {Storage.Orders} where "Id" = '{order.Id}'"""))!;

    sealed class FilledData : ContainSagaData
    {
        public string Key { get; set; } = "";
        public List<string> Items { get; set; } = ["a"];
    }

    sealed class NumberedData : ContainSagaData
    {
        public long Number { get; set; }
    }

    [NServiceBus.Persistence.Sql.SqlSaga(tableSuffix: "Renamed")]
    sealed class NamedSaga;

    [NServiceBus.Persistence.Sql.SqlSaga(transitionalCorrelationProperty: "New")]
    sealed class SagaInTransition;
}
