using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_a_host_changes_what_is_sold
{
    TestCalendar calendar = null!;
    Guid room;
    readonly Guid block = Guid.NewGuid(), change = Guid.NewGuid();

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        room = await calendar.Unit(UnitKind.RoomType, capacity: 3);
    }

    [TearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test]
    public async Task Blocked_nights_are_not_sold_until_the_block_is_lifted()
    {
        await calendar.Tell(new BlockNights(block, room, June(1), June(5), 3, "painters"));
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(4), June(6)), Is.InstanceOf<NightsRefused>());
        Assert.That(await Outcome(), Is.EqualTo("blocked - - painters"));

        await calendar.Tell(new UnblockNights(block));
        await calendar.Tell(new UnblockNights(block));
        Assert.That(await calendar.Free(room, June(4)), Is.EqualTo(3));
        Assert.That(await Outcome(), Is.EqualTo("lifted - - painters"));
    }

    [Test] // P-21
    public async Task A_block_never_removes_anybody_and_names_who_is_in_its_way()
    {
        var (held, guest) = (Guid.NewGuid(), await calendar.Booked(room, June(2), June(4)));
        await calendar.Hold(held, room, June(3), June(6));

        await calendar.Tell(new BlockNights(block, room, June(1), June(5), 2, null));

        Assert.That(await Outcome(), Is.EqualTo($"refused nights_taken {June(3):O} -"));
        Assert.That(await InTheWay(), Is.EquivalentTo(new[] { $"{guest} booking", $"{held} hold" }));
        Assert.That((await calendar.State(guest), await calendar.State(held)), Is.EqualTo(("booking live", "hold live")));
    }

    [Test] // P-21: given back before, lapsed without anybody having noticed, and given back just now
    public async Task Whoever_has_left_is_in_nobodys_way()
    {
        var (cancelled, gone) = (await calendar.Booked(room, June(2), June(4)), Guid.NewGuid());
        await calendar.Hold(gone, room, June(2), June(4));
        await calendar.Tell(new ReleaseNights(cancelled));
        await calendar.Tell(new ReleaseNights(gone));
        var (guest, leaving) = (await calendar.Booked(room, June(2), June(4)), await calendar.Booked(room, June(2), June(4)));
        await calendar.HoldThatHasLapsed(Guid.NewGuid(), room, June(2), June(4));

        await calendar.Clerk.Decide(
            [new Roost.Calendar.Holding.Release(new ReleaseNights(leaving)), new Roost.Calendar.Blocking.Block(new BlockNights(block, room, June(1), June(5), 3, null))], default);

        Assert.That(await Outcome(), Is.EqualTo($"refused nights_taken {June(2):O} -"));
        Assert.That(await InTheWay(), Is.EqualTo(new[] { $"{guest} booking" }));
    }

    [Test] // P-24
    public async Task A_cap_below_the_new_capacity_is_none()
    {
        var capped = await calendar.Unit(UnitKind.RoomType, capacity: 2, but: unit => unit with { HardCap = 3 });
        Assert.That(await calendar.Free(capped, June(1)), Is.EqualTo(3));

        await calendar.Tell(new ChangeCapacity(change, capped, 5));

        Assert.That((await Change(), await calendar.Free(capped, June(1))), Is.EqualTo(("done - -", 5)));
    }

    [Test] // P-21, P-22
    public async Task A_hold_that_has_lapsed_is_in_nobodys_way()
    {
        await calendar.HoldThatHasLapsed(Guid.NewGuid(), room, June(1), June(5), quantity: 3);

        await calendar.Tell(new BlockNights(block, room, June(1), June(5), 3, null));

        Assert.That(await Outcome(), Is.EqualTo("blocked - - -"));
    }

    [Test] // P-69
    public async Task Lifting_a_block_before_it_arrives_keeps_it_away()
    {
        await calendar.Tell(new UnblockNights(block));
        await calendar.Tell(new BlockNights(block, room, June(1), June(5), 3, null));

        Assert.That(await calendar.Free(room, June(1)), Is.EqualTo(3));
    }

    [Test] // P-24
    public async Task Capacity_never_goes_below_what_is_sold()
    {
        await calendar.Booked(room, June(7), June(8), quantity: 2);

        await calendar.Tell(new ChangeCapacity(change, room, 1));
        Assert.That(await Change(), Is.EqualTo($"refused capacity_below_sold {June(7):O}"));
        Assert.That(await calendar.Free(room, June(7)), Is.EqualTo(1));

        await calendar.Tell(new ChangeCapacity(Guid.NewGuid(), room, 2));
        Assert.That(await calendar.Free(room, June(7)), Is.Zero);
        Assert.That(await calendar.Free(room, June(8)), Is.EqualTo(2));
    }

    [Test] // P-24, P-22
    public async Task Capacity_may_go_below_holds_that_have_lapsed()
    {
        await calendar.HoldThatHasLapsed(Guid.NewGuid(), room, June(7), June(8), quantity: 3);

        await calendar.Tell(new ChangeCapacity(change, room, 1));

        Assert.That(await Change(), Is.EqualTo("done - -"));
    }

    [Test]
    public async Task A_late_repeat_of_a_change_does_not_undo_a_later_one()
    {
        var (smaller, larger) = (new ChangeCapacity(Guid.NewGuid(), room, 2), new ChangeCapacity(Guid.NewGuid(), room, 5));
        await calendar.Tell(smaller);
        await calendar.Tell(larger);
        await calendar.Tell(smaller);

        Assert.That(await calendar.Free(room, June(1)), Is.EqualTo(5));
    }

    [Test]
    public async Task Prices_and_minimum_stays_are_kept_night_by_night_and_nulls_leave_them()
    {
        await calendar.Tell(new SetPrices(change, room, June(1), June(3), Price: 12_000, MinNights: 2, Closed: null, "fair"));
        await calendar.Tell(new SetPrices(Guid.NewGuid(), room, June(2), June(4), Price: 15_000, MinNights: null, Closed: null, Reason: null));

        var nights = await calendar.Database.Values<string>(
            $"select format('%s %s %s', night, coalesce(price, 0), min_stay) from calendar.availability('{room}', '{June(1):O}', '{June(5):O}')");
        Assert.That(nights, Is.EqualTo(new[] { $"{June(1):O} 12000 2", $"{June(2):O} 15000 2", $"{June(3):O} 15000 1", $"{June(4):O} 0 1" }));
        Assert.That(WhyNot(await calendar.Hold(Guid.NewGuid(), room, June(2), June(3))), Is.EqualTo("stay_too_short"));
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(2), June(4)), Is.InstanceOf<NightsHeld>());
    }

    [Test]
    public async Task Closed_nights_are_not_sold_but_what_is_sold_stays()
    {
        var guest = await calendar.Booked(room, June(1), June(3));

        await calendar.Tell(new CloseNights(change, room, June(2), June(10), Closed: true));
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(1), June(4)), Is.InstanceOf<NightsRefused>());
        Assert.That(await calendar.State(guest), Is.EqualTo("booking live"));

        await calendar.Tell(new CloseNights(Guid.NewGuid(), room, June(2), June(10), Closed: false));
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(1), June(4)), Is.InstanceOf<NightsHeld>());
    }

    [Test]
    public async Task An_older_definition_of_a_unit_changes_nothing()
    {
        var unit = new DefineUnit(
            room, Guid.NewGuid(), Guid.NewGuid(), UnitKind.RoomType, Capacity: 9, HardCap: null, "Asia/Tokyo", new TimeOnly(15, 0), new TimeOnly(11, 0),
            MinNights: 2, MaxNights: 9, LeadDays: 0, HorizonDays: 500, TicketDate: null, OnSale: true, Version: 7);
        await calendar.Tell(unit);
        await calendar.Tell(unit with { Capacity = 1, Version = 6 });

        Assert.That(await calendar.Database.Value<string>($"select format('%s %s %s', capacity, time_zone, min_nights) from calendar.unit_view where unit_id = '{room}'"),
            Is.EqualTo("9 Asia/Tokyo 2"));
    }

    [Test] // P-24
    public async Task A_definition_that_would_unsell_something_leaves_the_capacity_and_changes_the_rest()
    {
        await calendar.Booked(room, June(7), June(8), quantity: 3);

        await calendar.Tell(new DefineUnit(
            room, Guid.NewGuid(), Guid.NewGuid(), UnitKind.RoomType, Capacity: 1, HardCap: null, "Asia/Tokyo", new TimeOnly(15, 0), new TimeOnly(11, 0),
            MinNights: 1, MaxNights: 9, LeadDays: 0, HorizonDays: 500, TicketDate: null, OnSale: true, Version: 2));

        Assert.That(await calendar.Database.Value<string>($"select format('%s %s', capacity, time_zone) from calendar.unit_view where unit_id = '{room}'"),
            Is.EqualTo("3 Asia/Tokyo"));
    }

    [Test] // P-10
    public async Task Nights_beyond_the_horizon_are_neither_blocked_nor_priced()
    {
        await calendar.Tell(new BlockNights(block, room, June(1), new DateOnly(3000, 1, 1), 1, null));
        await calendar.Tell(new SetPrices(change, room, June(1), new DateOnly(3000, 1, 1), Price: 1, MinNights: null, Closed: null, Reason: null));

        Assert.That(await Outcome(), Is.EqualTo("refused beyond_horizon 2999-12-31 -"));
        Assert.That(await Change(), Is.EqualTo("refused beyond_horizon 2999-12-31"));
        Assert.That(await calendar.Database.Value<long>("select count(*) from calendar.nights"), Is.Zero);
    }

    [Test]
    public void A_unit_in_no_time_zone_is_not_taken() =>
        Assert.That(() => calendar.Home(but: unit => unit with { TimeZone = "Mars/Olympus" }), Throws.ArgumentException);

    [Test]
    public async Task A_unit_that_is_off_sale_takes_no_new_holds()
    {
        var home = await calendar.Home(but: unit => unit with { OnSale = false });

        Assert.That(WhyNot(await calendar.Hold(Guid.NewGuid(), home, June(1), June(2))), Is.EqualTo("closed"));
        Assert.That(await calendar.Free(home, June(1)), Is.Zero);
    }

    Task<List<string>> InTheWay() => calendar.Database.Values<string>(
        $"select c ->> 'id' || ' ' || (c ->> 'kind') from calendar.block_view, json_array_elements(conflicts) c where block_id = '{block}'");

    Task<string?> Outcome() => calendar.Database.Value<string>(
        $"select concat_ws(' ', status, coalesce(reason, '-'), coalesce(first_taken_night::text, '-'), coalesce(note, '-')) from calendar.block_view where block_id = '{block}'");

    Task<string?> Change() => calendar.Database.Value<string>(
        $"select concat_ws(' ', status, coalesce(reason, '-'), coalesce(night::text, '-')) from calendar.change_view where change_id = '{change}'");
}
