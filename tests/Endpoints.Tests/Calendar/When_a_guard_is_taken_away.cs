using Npgsql;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// Code that looks at nothing and locks nothing, as a mistake above the tables would: it is the table that keeps a night from being sold
/// twice. And where the table no longer does, the tests see it (P-19).
/// </summary>
public sealed class When_a_guard_is_taken_away
{
    const int Clients = 40;

    [Test]
    public async Task Careless_code_sells_nothing_twice_as_long_as_the_constraint_stands()
    {
        await using var calendar = await TestCalendar.Open();
        var home = await calendar.Home();

        var history = await CarelessRace(calendar, home);

        Assert.That(history.Operations.Count(o => o.Result == "ok"), Is.Positive);
        Assert.That(HistoryChecker.Problem(history.Operations, new Dictionary<string, int>()), Is.Null);
    }

    [Test]
    public async Task Without_the_constraint_the_same_race_oversells_and_every_check_notices()
    {
        await using var calendar = await TestCalendar.Open();
        calendar.IsBrokenOnPurpose();
        await calendar.Database.Execute("alter table calendar.nights drop constraint never_sold_twice");
        var home = await calendar.Home();

        var history = await CarelessRace(calendar, home);

        Assert.That(HistoryChecker.Problem(history.Operations, new Dictionary<string, int>()), Does.Contain("no legal order"));
        Assert.That(await calendar.Violations(), Has.Some.Contain("nothing is taken beyond its capacity"));
        if (Tools.Path("history-check/history-check") is null) return;
        var (exitCode, output) = await history.JudgedByTool(new Dictionary<string, int>());
        Assert.That(exitCode, Is.EqualTo(1), output);
    }

    /// <summary>
    /// The negative control of the races themselves: with the constraint dropped, and with it the calendar's own look at what is taken, the very same bodies fail.
    /// </summary>
    [TestCase("a home")]
    [TestCase("one night")]
    [TestCase("seven rooms")]
    [TestCase("a thousand tickets")]
    public async Task Without_guards_the_race_itself_fails(string wanted)
    {
        await using var calendar = await TestCalendar.Open();
        calendar.IsBrokenOnPurpose();
        await using var another = calendar.AnotherDesk();
        await calendar.Database.DropTheConstraint();
        await calendar.Database.ShowEveryNightAsFree();
        var race = new Race(calendar, [calendar.Desk, another]);

        Assert.That(() => wanted switch
        {
            "a home" => race.ForAHome(rounds: 3),
            "one night" => race.ForOneNight(rounds: 3),
            "seven rooms" => race.ForSevenRooms(rounds: 3),
            _ => race.ForAThousandTickets(),
        }, Throws.InstanceOf<AssertionException>());
        Assert.That(await calendar.Violations(), Has.Some.Contain("nothing is taken beyond its capacity"), "it failed because too much was sold");
    }

    [Test]
    public async Task Counters_that_disagree_with_the_claims_are_noticed()
    {
        await using var calendar = await TestCalendar.Open();
        calendar.IsBrokenOnPurpose();
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 5);
        var booking = await calendar.Booked(room, June(1), June(3));
        Assert.That(await calendar.Violations(), Is.Empty);

        await calendar.Database.Execute($"update calendar.claims set quantity = 2 where id = '{booking}'");

        Assert.That(await calendar.Violations(), Has.Exactly(2).Contain("counters are the sum of the claims"));
    }

    [Test]
    public async Task A_home_cannot_be_given_a_second_capacity_in_the_table_either()
    {
        await using var calendar = await TestCalendar.Open();
        var home = await calendar.Home();

        Assert.That(() => calendar.Database.Execute($"update calendar.units set capacity = 2 where id = '{home}'"), Throws.InstanceOf<PostgresException>());
        Assert.That(() => calendar.Database.Execute($"update calendar.units set hard_cap = 2 where id = '{home}'"), Throws.InstanceOf<PostgresException>());
    }

    /// <summary>Each client adds itself to the counters and inserts its claim, without a look or a lock.</summary>
    static async Task<History> CarelessRace(TestCalendar calendar, Guid unit)
    {
        var history = new History();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var stay = Stay.Of(June(1 + client % 5), 3);
            var call = history.Now;
            var isOk = true;
            try
            {
                await calendar.Database.Execute(
                    $"""
                    with taken as (
                        insert into calendar.nights (unit_id, night, capacity, held)
                        select '{unit}', date '{stay.CheckIn:O}' + i, 1, 1 from generate_series(0, 2) i
                        on conflict (unit_id, night) do update set held = calendar.nights.held + 1)
                    insert into calendar.claims (id, line, unit_id, stay, quantity, kind, state, expires_at)
                    values (gen_random_uuid(), 0, '{unit}', daterange('{stay.CheckIn:O}', '{stay.CheckOut:O}'), 1, 'hold', 'live', now() + interval '15 minutes')
                    """);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
            {
                isOk = false;
            }
            history.Took(client, $"{unit}", stay.Nights(), 1, isOk, call);
        })));
        return history;
    }
}
