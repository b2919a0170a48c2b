using Roost.Bus.Persistence;
using Roost.Servers;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_tables_are_installed
{
    static readonly SagaTable TheSaga = new("theSaga", typeof(OrderData), "CorrelationProperty", typeof(Guid));

    [Test]
    public async Task They_have_the_official_shape()
    {
        await using var database = await Postgres.NewDatabase("tables");

        await Install(database, TheSaga);

        Assert.That(await Columns(database, "Facts_Saga_OutboxData"), Is.EqualTo(new[]
        {
            "MessageId character varying(200) not null",
            "Dispatched boolean not null default false",
            "DispatchedAt timestamp without time zone",
            "PersistenceVersion character varying(23)",
            "Operations jsonb not null",
        }));
        Assert.That(await Columns(database, "Facts_Saga_theSaga"), Is.EqualTo(new[]
        {
            "Id uuid not null",
            "Metadata text not null",
            "Data jsonb not null",
            "PersistenceVersion character varying(23)",
            "SagaTypeVersion character varying(23)",
            "Concurrency integer not null",
            "Correlation_CorrelationProperty uuid",
        }));
        Assert.That(await Indexes(database), Is.EqualTo(new[]
        {
            // Two of our own, then the official ones.
            """CREATE INDEX "Facts_Saga_OutboxData_DispatchedAt" ON public."Facts_Saga_OutboxData" USING btree ("DispatchedAt") WHERE "Dispatched" """.TrimEnd(),
            """CREATE INDEX "Facts_Saga_OutboxData_Undispatched" ON public."Facts_Saga_OutboxData" USING btree ("MessageId") WHERE (NOT "Dispatched")""",
            """CREATE INDEX "Index_Dispatched" ON public."Facts_Saga_OutboxData" USING btree ("Dispatched")""",
            """CREATE INDEX "Index_DispatchedAt" ON public."Facts_Saga_OutboxData" USING btree ("DispatchedAt")""",
            """CREATE UNIQUE INDEX "Facts_Saga_OutboxData_pkey" ON public."Facts_Saga_OutboxData" USING btree ("MessageId")""",
            """CREATE UNIQUE INDEX "Facts_Saga__i_D89EC3A0705013CCFF7590FD75D03B38CD0022C9" ON public."Facts_Saga_theSaga" USING btree ("Correlation_CorrelationProperty")""",
            """CREATE UNIQUE INDEX "Facts_Saga_theSaga_pkey" ON public."Facts_Saga_theSaga" USING btree ("Id")""",
        }));
    }

    [TestCase(typeof(Guid), "uuid")]
    [TestCase(typeof(string), "character varying(200)")]
    [TestCase(typeof(short), "integer")]
    [TestCase(typeof(long), "integer")]
    public async Task The_correlation_column_has_the_type_the_official_script_gives_it(Type property, string column)
    {
        await using var database = await Postgres.NewDatabase("tables");

        await Install(database, TheSaga with { CorrelationType = property });

        Assert.That(await Columns(database, "Facts_Saga_theSaga"), Has.Some.EqualTo($"Correlation_CorrelationProperty {column}"));
    }

    [Test]
    public async Task Ten_processes_may_start_at_the_same_time()
    {
        await using var database = await Postgres.NewDatabase("tables");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Install(database, $"Facts.E{i % 3}", "fresh", prefix: null, TheSaga)));

        Assert.That(await database.Value<long>("select count(*) from pg_tables where schemaname = 'fresh'"), Is.EqualTo(6));
        Assert.That(await database.Value<long>("select count(*) from pg_indexes where schemaname = 'fresh' and indexname like '%DispatchedAt'"),
            Is.EqualTo(3 + 1));
    }

    [Test]
    public async Task A_second_install_neither_waits_for_running_messages_nor_stops_them()
    {
        await using var storage = await Storage.New();
        await using var unit = await storage.Persistence.Begin("in progress");
        unit.Insert(Storage.OrderTable, StorageWords.NewOrder());
        await unit.Act("in progress");

        await storage.Instance(storage.ConnectionString(but => but.CommandTimeout = 2)).Install([Storage.OrderTable], default);

        await unit.Commit();
    }

    [Test]
    public async Task Every_outbox_in_a_schema_gets_its_indexes()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, "Facts.First");

        await Install(database, "Facts.Second");

        // The official names are taken by the first one; without an index of its own the second would scan its table at each clean-up.
        const string Second = "Facts_Second_OutboxData";
        Assert.That(await database.Values<string>($"select indexname::text from pg_indexes where tablename = '{Second}' order by 1"),
            Is.EqualTo(new[] { $"{Second}_DispatchedAt", $"{Second}_Undispatched", $"{Second}_pkey" }));
    }

    [Test]
    public async Task A_saga_that_is_found_by_another_property_gets_a_column_for_it()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, TheSaga with { CorrelationProperty = null, CorrelationType = null });

        await Install(database, TheSaga);

        Assert.That(await Columns(database, "Facts_Saga_theSaga"), Has.Some.EqualTo("Correlation_CorrelationProperty uuid"));
    }

    [Test]
    public async Task A_column_of_another_type_is_reported()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, TheSaga);

        var nowByString = TheSaga with { CorrelationType = typeof(string) };
        var failure = Assert.ThrowsAsync<InvalidOperationException>(() => Install(database, nowByString));

        Assert.That(failure.Message, Does.Contain("\"Correlation_CorrelationProperty\""));
        Assert.That(failure.Message, Does.Contain("is uuid, but has to be character varying(200)"));
    }

    [Test]
    public async Task A_prefix_that_would_not_fit_the_index_names_is_refused()
    {
        await using var database = await Postgres.NewDatabase("tables");

        var failure = Assert.ThrowsAsync<InvalidOperationException>(() => Install(database, "Facts.Endpoint.WithALongName"));

        Assert.That(failure.Message, Does.Contain("'Facts_Endpoint_WithALongName_'").And.Contain("TablePrefix"));
    }

    // P-73: an event that both receive has one id, and the second endpoint would drop it as a duplicate.
    [Test]
    public async Task A_second_endpoint_with_the_same_prefix_is_refused()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, "Facts.First", "public", "facts_");
        await Install(database, "Facts.First", "public", "facts_");

        var failure = Assert.ThrowsAsync<InvalidOperationException>(() => Install(database, "Facts.Second", "public", "facts_"));

        Assert.That(failure.Message, Does.Contain("Facts.First").And.Contain("Facts.Second"));
    }

    // P-73 again: who installs elsewhere, or not at all, starts on the same tables.
    [Test]
    public async Task A_second_endpoint_with_the_same_prefix_does_not_start_either()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, "Facts.First", "public", "facts_");
        await using var first = WithoutInstaller(database, "Facts.First");
        await using var second = WithoutInstaller(database, "Facts.Second");

        await first.ClaimTables(default);

        Assert.That(() => second.ClaimTables(default), Throws.InvalidOperationException.With.Message.Contains("Facts.First"));
    }

    [Test]
    public async Task Tables_that_others_made_belong_to_whoever_starts_first()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, "Facts.First", "public", "facts_");
        await database.Execute("""comment on table "facts_OutboxData" is null""");
        var endpoints = Enumerable.Range(0, 6).Select(i => WithoutInstaller(database, $"Facts.E{i % 3}")).ToArray();

        var refused = await Task.WhenAll(endpoints.Select(async endpoint =>
        {
            await using var ends = endpoint;
            try
            {
                await endpoint.ClaimTables(default);
                return 0;
            }
            catch (InvalidOperationException)
            {
                return 1;
            }
        }));

        Assert.That(refused.Sum(), Is.EqualTo(4));
    }

    /// <summary>Production may give the endpoint a role that owns nothing: it cannot sign for the tables, and reads who did.</summary>
    [Test]
    public async Task A_role_that_does_not_own_the_tables_starts_all_the_same()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await Install(database, "Facts.First", "public", "facts_");
        await using var reader = WithoutInstaller(database, "Facts.Second", "Options=-c role=pg_read_all_data");

        Assert.That(() => reader.ClaimTables(default), Throws.InvalidOperationException.With.Message.Contains("Facts.First"));
        await database.Execute("""comment on table "facts_OutboxData" is null""");
        await reader.ClaimTables(default);
    }

    [Test]
    public async Task Without_tables_there_is_nothing_to_own()
    {
        await using var database = await Postgres.NewDatabase("tables");
        await using var early = WithoutInstaller(database, "Facts.First");

        await early.ClaimTables(default);
    }

    static IPersistence WithoutInstaller(Postgres.Database database, string endpoint, string more = "") =>
        Storage.Open($"{database.ConnectionString};{more}", endpoint, persistence =>
        {
            persistence.TablePrefix("facts_");
            persistence.DisableInstaller();
        });

    [Test]
    public void Names_that_would_end_the_quotes_are_refused() =>
        Assert.That(() => Storage.Open("Host=nowhere", configure: p => p.TablePrefix("a\"b")), Throws.ArgumentException);

    [Test]
    public void A_missing_setting_is_named() =>
        Assert.That(() => Storage.Open("Host=nowhere", configure: p => p.ConnectionBuilder(null!)),
            Throws.InvalidOperationException.With.Message.Contains("ConnectionBuilder"));

    static Task Install(Postgres.Database database, params SagaTable[] sagas) => Install(database, "Facts.Saga", sagas: sagas);

    static async Task Install(
        Postgres.Database database, string endpoint, string schema = "public", string? prefix = null, params SagaTable[] sagas)
    {
        await using var persistence = Storage.Open(database.ConnectionString, endpoint, p =>
        {
            p.SqlDialect<SqlDialect.PostgreSql>().Schema(schema);
            if (prefix is not null) p.TablePrefix(prefix);
        });
        await persistence.Install(sagas, default);
    }

    static Task<List<string>> Columns(Postgres.Database database, string table) => database.Values<string>(
        $"""
         select concat_ws(' ', attname, format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
             'default ' || pg_get_expr(adbin, adrelid))
         from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
         where attrelid = '"{table}"'::regclass and attnum > 0
         order by attnum
         """);

    static Task<List<string>> Indexes(Postgres.Database database) =>
        database.Values<string>("""select indexdef from pg_indexes where schemaname = 'public' order by indexdef collate "C" """);
}
