using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Time;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_a_booking_is_moved
{
    TestCalendar calendar = null!;
    Guid home, booking;
    readonly Guid change = Guid.NewGuid(), other = Guid.NewGuid();

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        home = await calendar.Home();
        booking = await calendar.Booked(home, June(10), June(15));
    }

    [TearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test] // P-26: the calendar is full of the booking itself
    public async Task Its_own_nights_count_as_free_for_it()
    {
        Assert.That(await HoldFor(home, June(12), June(17)), Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new NightsMoved(booking, change)));

        Assert.That(await Taken(home, June(9), June(18)), Is.EqualTo(new[] { June(12), June(13), June(14), June(15), June(16) }));
        Assert.That(await calendar.State(booking), Is.EqualTo("booking live"));
    }

    [Test] // P-26: more of the same nights
    public async Task One_room_more_asks_for_one_room_more()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        booking = await calendar.Booked(room, June(1), June(4));

        await calendar.Tell(new HoldNightsForChange(change, booking, [new(room, June(2), June(5), 2)], TimeSpan.FromMinutes(15)));
        Assert.That(await calendar.Counters(room), Is.EqualTo($"{June(1):O}:0/1/0 {June(2):O}:1/1/0 {June(3):O}:1/1/0 {June(4):O}:2/0/0"));

        await calendar.Tell(new MoveNights(booking, change));
        Assert.That(await calendar.Counters(room), Is.EqualTo($"{June(1):O}:0/0/0 {June(2):O}:0/2/0 {June(3):O}:0/2/0 {June(4):O}:0/2/0"));
    }

    [Test] // P-10: the stay is of nights that were for sale, and of some that are not yet
    public async Task It_grows_up_to_the_horizon_and_not_beyond()
    {
        var today = ListingZones.Date(DateTimeOffset.UtcNow, "Europe/Berlin");
        var soon = await calendar.Home(but: unit => unit with { HorizonDays = June(16).DayNumber - today.DayNumber });
        booking = await calendar.Booked(soon, June(10), June(15));

        Assert.That(await HoldFor(soon, June(10), June(17)), Is.EqualTo(new NightsRefused(change, "beyond_horizon", soon, June(16))));
        var upToIt = new HoldNightsForChange(other, booking, [new(soon, June(10), June(16), 1)], TimeSpan.FromMinutes(15));
        Assert.That(await calendar.Tell(upToIt), Is.InstanceOf<NightsHeld>());
    }

    [Test] // P-77: nights that are not for sale are not sold to somebody who has others
    public async Task It_does_not_grow_into_closed_nights()
    {
        await calendar.Tell(new CloseNights(Guid.NewGuid(), home, June(16), June(17), Closed: true));

        Assert.That(await HoldFor(home, June(10), June(18)), Is.EqualTo(new NightsRefused(change, "closed", home, June(16))));
        Assert.That(await Taken(home, June(15), June(20)), Is.EqualTo(new[] { June(16) }));
    }

    [Test] // P-77
    public async Task It_does_not_grow_when_the_place_is_off_sale()
    {
        DefineUnit place = null!;
        await calendar.Home(unit => place = unit);
        booking = await calendar.Booked(place.UnitId, June(10), June(15));
        await calendar.Tell(place with { OnSale = false, Version = 2 });

        Assert.That(await HoldFor(place.UnitId, June(10), June(16)), Is.EqualTo(new NightsRefused(change, "closed", place.UnitId, June(15))));
        Assert.That(await calendar.State(booking), Is.EqualTo("booking live"));
    }

    [Test] // P-10
    public async Task It_does_not_grow_into_the_past()
    {
        var yesterday = ListingZones.Date(DateTimeOffset.UtcNow, "Europe/Berlin").AddDays(-1);

        Assert.That(await HoldFor(home, yesterday, June(15)), Is.EqualTo(new NightsRefused(change, "date_past", home, yesterday)));
    }

    [Test] // P-26: what is not paid yet is not changed, and its nights are not the guest's
    public async Task A_hold_is_no_booking()
    {
        var hold = Guid.NewGuid();
        await calendar.Hold(hold, home, June(20), June(22));

        var answer = await calendar.Tell(new HoldNightsForChange(change, hold, [new(home, June(20), June(23), 1)], TimeSpan.FromMinutes(15)));

        Assert.That(answer, Is.EqualTo(new NightsRefused(change, "given_back", home, null)));
        Assert.That(await Taken(home, June(20), June(24)), Is.EqualTo(new[] { June(20), June(21) }));
    }

    [Test] // P-75, P-79
    public async Task What_it_gives_up_is_offered_to_whoever_waits()
    {
        var entry = Guid.NewGuid();
        await calendar.Tell(new WatchNights(entry, new NightsLine(home, June(10), June(12), 1), 0, DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(15)));
        await HoldFor(home, June(12), June(15));
        Assert.That(calendar.Told.OfType<NightsOffered>(), Is.Empty);

        await calendar.Tell(new MoveNights(booking, change));

        Assert.That(calendar.Told.OfType<NightsOffered>().Select(offer => offer.EntryId), Is.EqualTo(new[] { entry }));
    }

    [Test] // P-26, P-79: those nights were never free in between, and the older change comes too late with them
    public async Task A_newer_change_takes_over_what_the_older_holds()
    {
        await HoldFor(home, June(10), June(20));
        await calendar.Tell(new WatchNights(Guid.NewGuid(), new NightsLine(home, June(15), June(17), 1), 0, DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(15)));

        var newer = new HoldNightsForChange(other, booking, [new(home, June(10), June(17), 1)], TimeSpan.FromMinutes(15), Instead: change);
        Assert.That(await calendar.Tell(newer), Is.InstanceOf<NightsHeld>());

        Assert.That(await Taken(home, June(9), June(20)), Is.EqualTo(Enumerable.Range(10, 7).Select(June)));
        Assert.That(calendar.Told.OfType<NightsOffered>(), Is.Empty);
        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new MoveRefused(booking, change, "given_back")));
        Assert.That(await calendar.Tell(newer), Is.InstanceOf<NightsHeld>(), "and again");
    }

    [Test] // P-27: only a change is given up for a change
    public async Task A_newer_change_takes_over_nothing_else()
    {
        var hold = Guid.NewGuid();
        await calendar.Hold(hold, home, June(15), June(17));

        var newer = new HoldNightsForChange(change, booking, [new(home, June(10), June(17), 1)], TimeSpan.FromMinutes(15), Instead: hold);

        Assert.That(await calendar.Tell(newer), Is.EqualTo(new NightsRefused(change, "nights_unavailable", home, June(15))));
        Assert.That(await calendar.State(hold), Is.EqualTo("hold live"));
    }

    [Test] // P-27
    public async Task Until_the_move_both_the_old_and_the_new_nights_are_out_of_sale()
    {
        await HoldFor(home, June(13), June(18));

        Assert.That(await Taken(home, June(9), June(20)), Is.EqualTo(Enumerable.Range(10, 8).Select(June)));
        Assert.That(await calendar.Hold(other, home, June(17), June(19)), Is.InstanceOf<NightsRefused>());
        Assert.That(await calendar.Hold(other, home, June(10), June(12)), Is.InstanceOf<NightsRefused>());
    }

    [Test] // P-27
    public async Task A_change_that_does_not_fit_leaves_the_booking_as_it_was()
    {
        await calendar.Booked(home, June(16), June(18));
        var before = await calendar.Counters(home);

        Assert.That(await HoldFor(home, June(12), June(17)), Is.EqualTo(new NightsRefused(change, "nights_unavailable", home, June(16))));
        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new MoveRefused(booking, change, "given_back")));
        Assert.That(await calendar.Counters(home), Is.EqualTo(before));
    }

    [Test] // P-27: the process dies between the hold for the change and the move
    public async Task A_change_that_was_never_carried_out_lapses_without_a_trace()
    {
        await HoldFor(home, June(13), June(18), TimeSpan.Zero);
        await calendar.Sweeper.SweepAll(default);

        Assert.That(await Taken(home, June(9), June(20)), Is.EqualTo(Enumerable.Range(10, 5).Select(June)));
        Assert.That(await calendar.State(booking), Is.EqualTo("booking live"));
    }

    [Test]
    public async Task A_lapsed_change_is_still_made_when_its_nights_are_free()
    {
        await HoldFor(home, June(13), June(18), TimeSpan.Zero);
        await calendar.Sweeper.SweepAll(default);

        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new NightsMoved(booking, change)));
        Assert.That(await Taken(home, June(9), June(20)), Is.EqualTo(Enumerable.Range(13, 5).Select(June)));
    }

    [Test]
    public async Task A_lapsed_change_whose_nights_are_gone_is_refused_for_good()
    {
        await HoldFor(home, June(13), June(18), TimeSpan.Zero);
        await calendar.Hold(other, home, June(17), June(18));

        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new MoveRefused(booking, change, "nights_unavailable")));
        await calendar.Tell(new ReleaseNights(other));
        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.InstanceOf<MoveRefused>());
        Assert.That(await Taken(home, June(9), June(20)), Is.EqualTo(Enumerable.Range(10, 5).Select(June)));
    }

    [Test]
    public async Task Moving_twice_moves_once()
    {
        await HoldFor(home, June(12), June(17));
        await calendar.Tell(new MoveNights(booking, change));
        var after = await calendar.Counters(home);

        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new NightsMoved(booking, change)));
        Assert.That(await calendar.Counters(home), Is.EqualTo(after));
    }

    [Test]
    public async Task A_cancelled_booking_is_not_moved_and_its_change_gives_the_nights_back()
    {
        await HoldFor(home, June(13), June(18));
        await calendar.Tell(new ReleaseNights(booking));

        Assert.That(await calendar.Tell(new MoveNights(booking, change)), Is.EqualTo(new MoveRefused(booking, change, "given_back")));
        Assert.That(await Taken(home, June(9), June(20)), Is.Empty);
    }

    [Test]
    public async Task A_stay_that_only_becomes_shorter_needs_nothing_and_gives_the_rest_back()
    {
        Assert.That(await HoldFor(home, June(11), June(13)), Is.InstanceOf<NightsHeld>());
        await calendar.Tell(new MoveNights(booking, change));

        Assert.That(await Taken(home, June(9), June(20)), Is.EqualTo(new[] { June(11), June(12) }));
    }

    [Test]
    public async Task It_can_move_to_another_room_type()
    {
        var (single, suite) = (await calendar.Unit(UnitKind.RoomType, 3), await calendar.Unit(UnitKind.RoomType, 1));
        booking = await calendar.Booked(single, June(1), June(3));

        await calendar.Tell(new HoldNightsForChange(change, booking, [new(suite, June(1), June(3), 1)], TimeSpan.FromMinutes(15)));
        await calendar.Tell(new MoveNights(booking, change));
        await calendar.Tell(new ReleaseNights(booking));

        Assert.That((await calendar.Free(single, June(1)), await calendar.Free(suite, June(1))), Is.EqualTo((3, 1)));
    }

    Task<IMessage?> HoldFor(Guid unit, DateOnly checkIn, DateOnly checkOut, TimeSpan? duration = null) =>
        calendar.Tell(new HoldNightsForChange(change, booking, [new(unit, checkIn, checkOut, 1)], duration ?? TimeSpan.FromMinutes(15)));

    async Task<List<DateOnly>> Taken(Guid unit, DateOnly from, DateOnly to) => await calendar.Database.Values<DateOnly>(
        $"select night from calendar.availability('{unit}', '{from:O}', '{to:O}') where available = 0 order by 1");
}
