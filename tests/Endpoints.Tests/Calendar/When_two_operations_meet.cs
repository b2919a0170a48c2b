using Npgsql;
using Roost.Calendar.Taking;
using Roost.Contracts;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// Every pair of operations on one hold, in both orders, stopped where a transaction of one meets one of the other: before the unit is
/// locked, and with the lock in hand just before the rows are written. Whatever comes out must be what one after the other brings (P-21,
/// P-23, P-33).
/// </summary>
public sealed class When_two_operations_meet
{
    static readonly string[] operations = ["confirm", "release", "extend", "hold", "block", "shrink", "sweep"];

    TestCalendar calendar = null!;
    FrontDesk anotherDesk = null!;

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        anotherDesk = calendar.AnotherDesk();
    }

    [TearDown]
    public async Task Close()
    {
        await anotherDesk.DisposeAsync();
        await calendar.DisposeAsync();
    }

    [Test]
    public async Task They_end_as_if_one_had_come_after_the_other([Values("live", "overdue")] string hold, [ValueSource(nameof(operations))] string first)
    {
        foreach (var second in operations)
        {
            // A sweeper does not wait: it leaves the unit to whoever is at work on it.
            string[] withoutSweeper = [.. new[] { first, second }.Where(o => o != "sweep")];
            string[] inTurn = [await InTurn(hold, first, second), await InTurn(hold, second, first), await InTurn(hold, withoutSweeper)];

            Assert.That(await BothWaitForTheUnit(hold, first, second), Is.AnyOf(inTurn), $"{first} and {second} wait for the unit");
        }
    }

    [Test]
    public async Task Whoever_has_the_lock_is_done_before_the_other_looks(
        [Values("live", "overdue")] string hold, [Values("confirm", "release", "extend")] string first)
    {
        foreach (var second in operations)
        {
            var expected = second == "sweep" ? await InTurn(hold, first) : await InTurn(hold, first, second);

            Assert.That(await OneIsAboutToWrite(hold, first, second), Is.EqualTo(expected), $"{second} comes while {first} is about to write");
        }
    }

    async Task<string> InTurn(string hold, params string[] names)
    {
        var scene = await Scene.Of(calendar, hold);
        foreach (var name in names) await scene.Do(name, calendar.Desk);
        return await scene.End();
    }

    async Task<string> BothWaitForTheUnit(string hold, string first, string second)
    {
        var scene = await Scene.Of(calendar, hold);
        await using var gate = await Gate.On(calendar, $"select from calendar.units where id = '{scene.Home}' for update");
        var firstDone = scene.Do(first, calendar.Desk);
        await gate.IsWaitedFor(by: first == "sweep" ? 0 : 1);
        var secondDone = scene.Do(second, anotherDesk);
        await gate.IsWaitedFor(by: (first == "sweep" ? 0 : 1) + (second == "sweep" ? 0 : 1));
        await gate.Open();
        await Task.WhenAll(firstDone, secondDone).WaitAsync(TimeSpan.FromSeconds(20));
        return await scene.End();
    }

    async Task<string> OneIsAboutToWrite(string hold, string first, string second)
    {
        var scene = await Scene.Of(calendar, hold);
        await using var gate = await Gate.On(calendar, $"select from calendar.claims where id = '{scene.Hold}' for update");
        var firstDone = scene.Do(first, calendar.Desk);
        await gate.IsWaitedFor(by: 1);
        var secondDone = scene.Do(second, anotherDesk);
        await gate.IsWaitedFor(by: second == "sweep" ? 1 : 2);
        await gate.Open();
        await Task.WhenAll(firstDone, secondDone).WaitAsync(TimeSpan.FromSeconds(20));
        return await scene.End();
    }

    /// <summary>A home with one hold, and what two clients did to it.</summary>
    sealed class Scene(TestCalendar calendar, Guid home, Guid hold)
    {
        readonly SortedDictionary<string, string> answers = [];
        readonly Guid rival = Guid.NewGuid(), block = Guid.NewGuid(), change = Guid.NewGuid();

        public Guid Home => home;
        public Guid Hold => hold;

        public static async Task<Scene> Of(TestCalendar calendar, string state)
        {
            var (home, hold) = (await calendar.Home(), Guid.NewGuid());
            await calendar.Hold(hold, home, June(1), June(4), duration: state == "overdue" ? TimeSpan.Zero : null);
            return new Scene(calendar, home, hold);
        }

        public async Task Do(string operation, FrontDesk at)
        {
            if (operation == "sweep")
            {
                await calendar.Sweeper.SweepAll(default);
                return;
            }
            ICommand command = operation switch
            {
                "confirm" => new ConfirmNights(hold),
                "release" => new ReleaseNights(hold),
                "extend" => new ExtendHold(hold, TimeSpan.FromMinutes(15)),
                "hold" => new HoldNights(rival, [new(home, June(3), June(5), 1)], TimeSpan.FromMinutes(15)),
                "block" => new BlockNights(block, home, June(2), June(3), 1, null),
                "shrink" => new ChangeCapacity(change, home, 0),
                _ => throw new ArgumentOutOfRangeException(nameof(operation)),
            };
            var answer = (await calendar.Tell(command, at))?.GetType().Name ?? "-";
            lock (answers) answers[operation] = answers.TryGetValue(operation, out var before) ? $"{before}+{answer}" : answer;
        }

        public async Task<string> End()
        {
            var states = new[] { await calendar.State(hold), await calendar.State(rival), await calendar.State(block) };
            var changed = await calendar.Database.Value<string>($"select status from calendar.change_view where change_id = '{change}'");
            Assert.That(await calendar.Violations(), Is.Empty);
            return $"{string.Join(", ", answers)}; {string.Join(", ", states)}, {changed}; {await calendar.Counters(home)}";
        }
    }

    /// <summary>A lock that a test holds, to stop whoever needs it right there.</summary>
    sealed class Gate(TestCalendar calendar, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Gate> On(TestCalendar calendar, string sql)
        {
            var connection = await calendar.Database.Open();
            var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
            return new Gate(calendar, connection, transaction);
        }

        public Task IsWaitedFor(int by) => Eventually.Sees(
            () => calendar.Database.Value<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
            waiting => waiting == by);

        public Task Open() => transaction.CommitAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
