using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Roost.Platform.Migrating;
using Roost.Servers;

namespace Roost.Platform.Tests.Migrating;

public sealed class When_a_schema_is_migrated
{
    static readonly Migration first = Migration.From("Holding/0001-stays.sql", "create table stay (id int primary key);");
    static readonly Migration second = Migration.From("Paying/0002-rows.sql", "insert into stay values (1); insert into stay values (2);");

    Postgres.Database database = null!;

    [SetUp]
    public async Task NewDatabase() => database = await Postgres.NewDatabase("migrate");

    [TearDown]
    public async Task DropDatabase() => await database.DisposeAsync();

    [Test]
    public async Task Each_step_is_done_once_in_order_and_in_the_schema_of_the_endpoint()
    {
        Assert.That(await Migrate(second, first), Is.EqualTo(2));
        Assert.That(await Migrate(second, first), Is.EqualTo(0));

        Assert.That(await database.Values<int>("select id from holding.stay order by id"), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await database.Values<string>("select name from holding.migrations order by number"),
            Is.EqualTo(new[] { "Holding/0001-stays.sql", "Paying/0002-rows.sql" }));
    }

    [Test]
    public async Task Ten_processes_that_start_at_once_do_it_once_together()
    {
        var slow = Migration.From("0003-slow.sql", "select pg_sleep(0.2); insert into stay values (3);");

        var applied = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Migrate(first, second, slow))));

        Assert.That(applied.Order(), Is.EqualTo(new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 3 }));
        Assert.That(await database.Value<long>("select count(*) from holding.stay"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_past_step_that_was_changed_is_refused_by_name_and_nothing_is_touched()
    {
        await Migrate(first);
        var changed = first with { Sql = "create table stay (id bigint primary key);" };

        var refusal = Assert.ThrowsAsync<CannotStart>(() => Migrate(changed, second));

        Assert.That(refusal.Message, Does.StartWith("Holding/0001-stays.sql was changed after it had been applied to schema holding"));
        Assert.That(await database.Value<long>("select count(*) from holding.migrations"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_past_step_may_move_to_another_folder_and_get_other_line_endings()
    {
        await Migrate(first, Migration.From("0002-a.sql", "select 1;\nselect 2;\n"));

        Assert.That(await Migrate(Migration.From("Elsewhere/0001-stays.sql", first.Sql), Migration.From("0002-a.sql", "select 1;\r\nselect 2;")), Is.EqualTo(0));
    }

    [Test]
    public async Task A_new_step_before_the_last_one_is_refused()
    {
        var late = Migration.From("0002-late.sql", "select 1");
        await Migrate(late);

        var refusal = Assert.ThrowsAsync<CannotStart>(() => Migrate(first, late));

        Assert.That(refusal.Message, Does.StartWith("Holding/0001-stays.sql comes before 0002-late.sql, which schema holding has already"));
    }

    [Test]
    public void Two_steps_with_one_number_are_refused()
    {
        var twin = Migration.From("Other/0001-twin.sql", "select 1");

        Assert.That(Assert.Throws<CannotStart>(() => Migration.InOrder([first, twin])).Message, Does.Contain("have the same number"));
        Assert.That(Assert.Throws<CannotStart>(() => Migration.From("Holding/stays.sql", "")).Message, Does.StartWith("Holding/stays.sql is not called like"));
    }

    [Test]
    public async Task A_step_that_fails_leaves_the_ones_before_it_and_nothing_of_its_own()
    {
        var broken = Migration.From("Paying/0002-broken.sql", "insert into stay values (1); insert into nowhere values (1);");

        var failure = Assert.ThrowsAsync<CannotStart>(() => Migrate(first, broken));

        Assert.That(failure.Message, Does.StartWith("Paying/0002-broken.sql failed in schema holding: relation \"nowhere\" does not exist"));
        Assert.That(await database.Value<long>("select count(*) from holding.stay"), Is.EqualTo(0));
        Assert.That(await Migrate(first, second), Is.EqualTo(1), "the repaired step is applied by the next start");
    }

    [Test]
    public async Task A_process_that_dies_in_the_middle_of_a_step_leaves_a_whole_schema_and_no_lock()
    {
        var endless = Migration.From("0002-endless.sql", "insert into stay values (9); select pg_sleep(60);");
        var dying = Migrate(first, endless);
        await Eventually.Is(async () => await database.Value<long>("select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid() and datname = current_database()") > 0);

        await database.Execute("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()");

        Assert.ThrowsAsync<CannotStart>(() => dying);
        Assert.That(await Migrate(first, second), Is.EqualTo(1));
        Assert.That(await database.Values<int>("select id from holding.stay order by id"), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_table_in_use_is_waited_for_without_holding_up_its_users()
    {
        await Migrate(first);
        await using var user = await database.Open();
        await using var work = await user.BeginTransactionAsync();
        await using (var reads = new NpgsqlCommand("select * from holding.stay", user)) await reads.ExecuteNonQueryAsync();

        var migrating = Migrate(first, Migration.From("0002-column.sql", "alter table stay add column note text;"));
        await Eventually.Is(async () => await database.Value<long>("select count(*) from pg_locks where not granted and relation = 'holding.stay'::regclass") > 0);
        // P-126: a reader who comes later gets through within the two seconds that the migration waits at most.
        await Eventually.Is(async () => await database.Value<long>("select count(*) from holding.stay") == 0, TimeSpan.FromSeconds(4));
        await work.CommitAsync();

        Assert.That(await migrating, Is.EqualTo(1));
    }

    Task<int> Migrate(params Migration[] migrations) =>
        new SchemaMigrator(database.ConnectionString, "holding", Migration.InOrder(migrations), NullLogger.Instance).Run(CancellationToken.None);
}
