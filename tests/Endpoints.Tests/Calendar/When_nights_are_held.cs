using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_nights_are_held
{
    TestCalendar calendar = null!;

    [SetUp]
    public async Task Open() => calendar = await TestCalendar.Open();

    [TearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test] // P-01
    public async Task The_next_guest_arrives_on_the_day_of_check_out()
    {
        var home = await calendar.Home();
        await calendar.Booked(home, June(10), June(15));
        var (after, before, across) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        Assert.That(await calendar.Hold(after, home, June(15), June(18)), Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.Hold(before, home, June(7), June(10)), Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.Hold(across, home, June(14), June(16)), Is.EqualTo(new NightsRefused(across, "nights_unavailable", home, June(14))));
    }

    [Test] // P-07
    public async Task Yesterday_is_over_by_the_clock_of_the_listing_and_today_is_not()
    {
        foreach (var zone in new[] { "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Kiritimati", "Pacific/Pago_Pago" })
        {
            var home = await calendar.Home(but: unit => unit with { TimeZone = zone });
            var today = await calendar.Database.Value<DateOnly>($"select (now() at time zone '{zone}')::date");
            var late = Guid.NewGuid();

            Assert.That(await calendar.Hold(late, home, today.AddDays(-1), today), Is.EqualTo(new NightsRefused(late, "date_past", home, today.AddDays(-1))));
            Assert.That(await calendar.Hold(Guid.NewGuid(), home, today, today.AddDays(1)), Is.InstanceOf<NightsHeld>(), zone);
        }
    }

    [Test] // P-10
    public async Task Ranges_without_a_night_and_quantities_without_a_unit_never_reach_the_database()
    {
        var home = await calendar.Home();

        foreach (var (checkIn, checkOut, quantity) in new[] { (June(5), June(5), 1), (June(5), June(4), 1), (June(5), June(6), 0), (June(5), June(6), -1) })
        {
            Assert.That(() => calendar.Hold(Guid.NewGuid(), home, checkIn, checkOut, quantity), Throws.ArgumentException);
        }
        Assert.That(await calendar.Database.Value<long>("select count(*) from calendar.claims"), Is.Zero);
    }

    [Test] // P-10, P-30: whoever skips the search gets the same refusals
    public async Task What_the_unit_does_not_sell_is_refused_and_leaves_no_row()
    {
        var today = await calendar.Database.Value<DateOnly>("select (now() at time zone 'Europe/Berlin')::date");
        var home = await calendar.Home(but: unit => unit with { MinNights = 2, MaxNights = 14, LeadDays = 3, HorizonDays = 400 });
        var event1 = await calendar.Unit(UnitKind.Ticket, capacity: 5, but: unit => unit with { TicketDate = June(20) });
        var version = await Version();

        Assert.Multiple(async () =>
        {
            Assert.That(await Reason(home, June(1), June(2)), Is.EqualTo("stay_too_short"));
            Assert.That(await Reason(home, June(1), June(16)), Is.EqualTo("stay_too_long"));
            Assert.That(await Reason(home, today.AddDays(2), today.AddDays(5)), Is.EqualTo("lead_time_too_short"));
            Assert.That(await Reason(home, today.AddDays(399), today.AddDays(401)), Is.EqualTo("beyond_horizon"));
            Assert.That(await Reason(home, June(1), June(3), quantity: 2), Is.EqualTo("above_capacity"));
            Assert.That(await Reason(event1, June(19), June(20)), Is.EqualTo("date"));
            Assert.That(await Reason(event1, June(20), June(22)), Is.EqualTo("date"));
            Assert.That(await Reason(Guid.NewGuid(), June(1), June(3)), Is.EqualTo("unknown_unit"));
        });
        Assert.That(await calendar.Database.Value<long>("select (select count(*) from calendar.claims) + (select count(*) from calendar.nights)"), Is.Zero);
        Assert.That(await Version(), Is.EqualTo(version));

        async Task<string?> Reason(Guid unit, DateOnly checkIn, DateOnly checkOut, int quantity = 1) =>
            (await calendar.Hold(Guid.NewGuid(), unit, checkIn, checkOut, quantity) as NightsRefused)?.Reason;
        Task<decimal> Version() => calendar.Database.Value<decimal>("select sum(version) from calendar.units")!;
    }

    [Test] // P-14, P-15
    public async Task A_stay_that_does_not_fit_in_the_middle_takes_no_night_at_all()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 3);
        await calendar.Booked(room, June(3), June(4), quantity: 2);
        var before = await calendar.Counters(room);
        var hold = Guid.NewGuid();

        var answer = await calendar.Hold(hold, room, June(1), June(6), quantity: 2);

        Assert.That(answer, Is.EqualTo(new NightsRefused(hold, "nights_unavailable", room, June(3))));
        Assert.That(await calendar.Counters(room), Is.EqualTo(before));
        Assert.That(await calendar.State(hold), Is.EqualTo("hold refused"));
    }

    [Test] // P-16
    public async Task Two_lines_for_the_last_room_fail_together()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        var other = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        await calendar.Booked(room, June(1), June(3));
        var cart = Guid.NewGuid();

        var answer = await calendar.Tell(new HoldNights(
            cart, [new(other, June(1), June(3), 1), new(room, June(1), June(2), 1), new(room, June(1), June(3), 1)], TimeSpan.FromMinutes(15)));

        Assert.That(answer, Is.EqualTo(new NightsRefused(cart, "nights_unavailable", room, June(1))));
        Assert.That(await calendar.Free(other, June(1)), Is.EqualTo(2));
    }

    [Test]
    public async Task Several_lines_that_fit_are_held_together()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        var other = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        var cart = Guid.NewGuid();

        var answer = await calendar.Tell(new HoldNights(cart, [new(other, June(1), June(3), 2), new(room, June(1), June(2), 2)], TimeSpan.FromMinutes(15)));

        Assert.That(answer, Is.InstanceOf<NightsHeld>());
        Assert.That((await calendar.Free(other, June(2)), await calendar.Free(room, June(1)), await calendar.Free(room, June(2))), Is.EqualTo((0, 0, 2)));
    }

    [Test] // P-20
    public async Task A_hold_that_is_not_paid_yet_is_seen_by_everybody_else()
    {
        var home = await calendar.Home();
        await calendar.Hold(Guid.NewGuid(), home, June(1), June(5));

        Assert.That(await calendar.Hold(Guid.NewGuid(), home, June(4), June(6)), Is.InstanceOf<NightsRefused>());
        Assert.That(await calendar.Free(home, June(4)), Is.Zero);
    }

    [Test] // P-28, P-67
    public async Task The_same_command_gets_the_same_answer_whatever_happened_in_between()
    {
        var home = await calendar.Home();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var held = await calendar.Hold(first, home, June(1), June(5));
        var refused = await calendar.Hold(second, home, June(3), June(6));

        Assert.That(await calendar.Hold(first, home, June(1), June(5)), Is.EqualTo(held));
        await calendar.Tell(new ReleaseNights(first));
        Assert.That(await calendar.Hold(second, home, June(3), June(6)), Is.EqualTo(refused), "free by now, but this command was told no");
        Assert.That(await calendar.Hold(first, home, June(1), June(5)), Is.EqualTo(new NightsRefused(first, "given_back", home, null)));
        Assert.That(await calendar.Free(home, June(3)), Is.EqualTo(1));
    }

    [Test] // P-74
    public async Task The_deadline_is_the_databases_clock_plus_the_duration()
    {
        var home = await calendar.Home();
        var before = await calendar.Database.Value<DateTimeOffset>("select clock_timestamp()");
        var held = (NightsHeld)(await calendar.Hold(Guid.NewGuid(), home, June(1), June(2), duration: TimeSpan.FromMinutes(10)))!;
        var after = await calendar.Database.Value<DateTimeOffset>("select clock_timestamp()");

        Assert.That(held.ExpiresAt, Is.InRange(before.AddMinutes(10), after.AddMinutes(10)));
    }

    [Test]
    public async Task Everybody_is_told_once_with_a_version_that_grows()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 5);
        await calendar.Hold(Guid.NewGuid(), room, June(1), June(3));
        await calendar.Hold(Guid.NewGuid(), room, June(8), June(9));

        var told = calendar.Told.OfType<NightsChanged>().Where(e => e.UnitId == room).Select(e => (e.From, e.To, e.Version)).ToList();
        Assert.That(told[1..], Is.EqualTo(new[] { (June(1), June(3), 2L), (June(8), June(9), 3L) }));
        Assert.That(await calendar.Database.Value<long>($"select version from calendar.unit_view where unit_id = '{room}'"), Is.EqualTo(3));
    }

    [Test]
    public async Task An_overbooked_room_type_sells_up_to_its_cap_and_no_further()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 2, but: unit => unit with { HardCap = 3 });
        var home = await calendar.Home(but: unit => unit with { HardCap = 3 });

        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(1), June(2), quantity: 3), Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(1), June(2)), Is.InstanceOf<NightsRefused>());
        Assert.That(await calendar.Hold(Guid.NewGuid(), home, June(1), June(2)), Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.Hold(Guid.NewGuid(), home, June(1), June(2)), Is.InstanceOf<NightsRefused>(), "never for a home");
    }
}
