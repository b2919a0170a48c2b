using System.Diagnostics;
using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// Real clients of several desks, as of several processes, on one real database. Nothing but PostgreSQL decides: there is no cache to
/// switch off here (P-29).
/// </summary>
public sealed class When_many_want_the_same_nights
{
    TestCalendar calendar = null!;
    FrontDesk[] desks = null!;
    Race race = null!;

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        desks = [calendar.Desk, calendar.AnotherDesk(), calendar.AnotherDesk()];
        race = new Race(calendar, desks);
    }

    [TearDown]
    public async Task Close()
    {
        foreach (var desk in desks[1..]) await desk.DisposeAsync();
        await calendar.DisposeAsync();
    }

    /// <summary>P-11: ROOST_TEST_ROUNDS=50 makes a thousand rounds of it.</summary>
    [Test]
    public Task One_gets_the_night_that_all_want_and_199_are_refused_in_every_round() =>
        race.ForOneNight(rounds: Given.Number("ROOST_TEST_ROUNDS") * 20 ?? 50);

    [Test] // P-11, P-12, P-13, P-18
    public Task Each_night_of_a_home_goes_to_one_of_them_in_every_round() => race.ForAHome(rounds: 50);

    [Test] // P-11, P-15
    public Task A_room_type_of_seven_is_sold_seven_times_a_night_and_no_more() => race.ForSevenRooms(rounds: 50);

    [Test]
    public Task Of_a_thousand_tickets_exactly_a_thousand_are_sold() => race.ForAThousandTickets();

    /// <summary>P-17: both are done within a second. PostgreSQL would need that long to see a deadlock; a machine that stalls may cost a round or two.</summary>
    [Test]
    public async Task Carts_that_name_the_same_rooms_in_opposite_order_never_wait_for_each_other()
    {
        var tooLong = new List<TimeSpan>();
        // So many that the two are at their locks at the same time.
        var rooms = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => calendar.Unit(UnitKind.RoomType, 1)));
        for (var round = 0; round < 50; round++)
        {
            var nights = June(1 + round);
            NightsLine[] cart = [.. rooms.Select(room => new NightsLine(room, nights, nights.AddDays(1), 1))];

            var watch = Stopwatch.StartNew();
            var racing = Task.WhenAll(
                calendar.Tell(new HoldNights(Guid.NewGuid(), cart, TimeSpan.FromMinutes(15)), desks[0]),
                calendar.Tell(new HoldNights(Guid.NewGuid(), [.. cart.Reverse()], TimeSpan.FromMinutes(15)), desks[1]));

            Assert.That((await racing.WaitAsync(TimeSpan.FromSeconds(10))).Count(answer => answer is NightsHeld), Is.EqualTo(1));
            if (watch.Elapsed > TimeSpan.FromSeconds(1)) tooLong.Add(watch.Elapsed);
        }
        Assert.That(tooLong, Has.Count.LessThanOrEqualTo(2));
        Assert.That(await calendar.Database.Value<long>("select deadlocks from pg_stat_database where datname = current_database()"), Is.Zero);
    }

    [Test] // P-28
    public async Task The_same_command_at_every_desk_takes_the_nights_once()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 100);
        var hold = new HoldNights(Guid.NewGuid(), [new(room, June(1), June(3), 1)], TimeSpan.FromMinutes(15));

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => calendar.Tell(hold, desks[i % desks.Length]))));

        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await calendar.Counters(room), Is.EqualTo($"{June(1):O}:1/0/0 {June(2):O}:1/0/0"));
    }

    [Test] // P-21
    public async Task A_block_and_a_hold_at_once_leave_one_of_them()
    {
        for (var round = 0; round < 30; round++)
        {
            var (home, hold, block) = (await calendar.Home(), Guid.NewGuid(), Guid.NewGuid());

            await Task.WhenAll(
                calendar.Tell(new HoldNights(hold, [new(home, June(1), June(4), 1)], TimeSpan.FromMinutes(15)), desks[round % 2]),
                calendar.Tell(new BlockNights(block, home, June(3), June(6), 1, null), desks[1 - round % 2]));

            Assert.That(new[] { await calendar.State(hold), await calendar.State(block) },
                Is.EquivalentTo(new[] { "hold live", "block refused" }).Or.EquivalentTo(new[] { "hold refused", "block live" }));
        }
    }

    [Test]
    public async Task Taking_and_giving_back_all_the_time_stays_a_legal_history()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 3);
        var history = new History();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            for (var i = 0; i < 25; i++)
            {
                var (id, stay) = (Guid.CreateVersion7(), Stay.Of(June(1 + random.Next(4)), 1 + random.Next(3)));
                var call = history.Now;
                var answer = await calendar.Tell(new HoldNights(id, [new(room, stay.CheckIn, stay.CheckOut, 1)], TimeSpan.FromMinutes(15)), desks[client % 3]);
                history.Took(client, $"{room}", stay.Nights(), 1, answer is NightsHeld, call);
                if (answer is not NightsHeld) continue;

                call = history.Now;
                await calendar.Tell(new ReleaseNights(id), desks[(client + 1) % 3]);
                history.Freed(client, $"{room}", stay.Nights(), 1, call);
            }
        })));

        await Race.IsLegal(history, room, capacity: 3);
    }
}
