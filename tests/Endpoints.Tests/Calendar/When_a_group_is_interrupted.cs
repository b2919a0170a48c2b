using Npgsql;
using Roost.Contracts;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_a_group_is_interrupted
{
    TestCalendar calendar = null!;
    Guid home;
    readonly Guid hold = Guid.NewGuid(), booking = Guid.NewGuid(), change = Guid.NewGuid();

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        home = await calendar.Home();
    }

    [TearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test]
    public async Task A_connection_that_breaks_before_the_commit_leaves_nothing_and_the_group_is_decided_on_another()
    {
        await using var gate = await Lock($"select from calendar.units where id = '{home}' for update");
        var interrupted = calendar.Hold(hold, home, June(1), June(4));
        await BreaksWhileWaiting();
        Assert.That(await calendar.State(hold), Is.Null);
        await gate.RollbackAsync();

        Assert.That(await interrupted, Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.Counters(home), Is.EqualTo($"{June(1):O}:1/0/0 {June(2):O}:1/0/0 {June(3):O}:1/0/0"));
    }

    [Test] // P-27: killed between giving the old nights up and having the new ones
    public async Task A_move_that_breaks_in_the_middle_leaves_the_booking_as_it_was()
    {
        await calendar.Hold(booking, home, June(10), June(15));
        await calendar.Tell(new ConfirmNights(booking));
        await calendar.Tell(new HoldNightsForChange(change, booking, [new(home, June(12), June(17), 1)], TimeSpan.FromMinutes(15)));
        var before = await calendar.Counters(home);

        await using var gate = await Lock($"select from calendar.claims where id = '{booking}' for update");
        var interrupted = calendar.Tell(new MoveNights(booking, change));
        await BreaksWhileWaiting();
        Assert.That(await calendar.Counters(home), Is.EqualTo(before));
        await gate.RollbackAsync();

        Assert.That(await interrupted, Is.EqualTo(new NightsMoved(booking, change)));
        Assert.That(await calendar.Free(home, June(10)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_database_that_stays_away_is_said_to_be_away()
    {
        await using var server = new NpgsqlConnection(Postgres.Server);
        await server.OpenAsync();
        var database = calendar.Database.Name;
        await Say(
            $"alter database {database} allow_connections false; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'");

        Assert.That(() => calendar.Hold(hold, home, June(1), June(4)).WaitAsync(TimeSpan.FromSeconds(30)), Throws.InstanceOf<NpgsqlException>());

        await Say($"alter database {database} allow_connections true");
        Assert.That(await calendar.Hold(hold, home, June(1), June(4)), Is.InstanceOf<NightsHeld>());

        async Task Say(string sql)
        {
            await using var command = new NpgsqlCommand(sql, server);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Test]
    public async Task Somebody_who_holds_a_lock_and_stalls_loses_it()
    {
        // A process that hangs after it has locked the unit: nobody else may wait for it for ever.
        await using var stalled = await ClerkConnection();
        await using var transaction = await stalled.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"select from calendar.units where id = '{home}' for update", stalled, transaction)) await command.ExecuteNonQueryAsync();

        Assert.That(await calendar.Hold(hold, home, June(1), June(4)).WaitAsync(TimeSpan.FromSeconds(15)), Is.InstanceOf<NightsHeld>());
    }

    [Test]
    public async Task One_request_that_cannot_be_decided_does_not_take_the_others_with_it()
    {
        // The same id for a block and a hold: a mistake of whoever sends it.
        await calendar.Tell(new BlockNights(hold, home, June(20), June(21), 1, null));
        await using var gate = await Lock($"select from calendar.units where id = '{home}' for update");
        var first = calendar.Hold(Guid.NewGuid(), home, June(1), June(2));
        await IsWaiting();
        var impossible = calendar.Hold(hold, home, June(2), June(3));
        var others = Enumerable.Range(5, 10).Select(day => calendar.Hold(Guid.NewGuid(), home, June(day), June(day + 1))).ToList();
        await gate.CommitAsync();

        Assert.That(async () => await impossible, Throws.InvalidOperationException);
        Assert.That(await Task.WhenAll([first, .. others]), Has.All.InstanceOf<NightsHeld>());
    }

    [Test]
    public async Task A_claim_that_appears_after_the_look_makes_the_group_look_again()
    {
        // Whoever inserts the claim here has not locked the unit, as the release of a hold that is still unknown does not.
        await using var gate = await Lock($"insert into calendar.claims (id, line, kind, state) values ('{hold}', 0, 'hold', 'given_back')");
        var late = calendar.Hold(hold, home, June(1), June(4));
        await IsWaiting();
        await gate.CommitAsync();

        Assert.That(WhyNot(await late), Is.EqualTo("given_back"));
        Assert.That(await calendar.Free(home, June(1)), Is.EqualTo(1));
    }

    async Task<NpgsqlTransaction> Lock(string sql)
    {
        var connection = await calendar.Database.Open();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        return transaction;
    }

    async Task<NpgsqlConnection> ClerkConnection()
    {
        await using var connections = Roost.Calendar.Taking.ClerkDatabase.Open(calendar.Database.ConnectionString);
        return await connections.OpenConnectionAsync();
    }

    Task IsWaiting() => Eventually.Sees(
        () => calendar.Database.Value<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"), n => n == 1);

    /// <summary>Its server process ends, as when the network or the machine does.</summary>
    async Task BreaksWhileWaiting()
    {
        await IsWaiting();
        await calendar.Database.Execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
    }
}
