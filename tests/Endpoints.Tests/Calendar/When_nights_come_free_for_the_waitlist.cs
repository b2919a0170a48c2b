using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_nights_come_free_for_the_waitlist
{
    static readonly DateTimeOffset morning = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    TestCalendar calendar = null!;
    Guid room, guest;
    readonly Guid first = Guid.NewGuid(), second = Guid.NewGuid(), newcomer = Guid.NewGuid();

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        room = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        await calendar.Booked(room, June(1), June(10));
        guest = await calendar.Booked(room, June(1), June(10));
    }

    [TearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test] // P-75, P-79
    public async Task They_are_offered_before_anybody_else_can_take_them()
    {
        await Waits(first, June(2), June(5));

        await calendar.Tell(new ReleaseNights(guest));

        var offer = Offers().Single();
        Assert.That((offer.EntryId, offer.Nights), Is.EqualTo((first, new NightsLine(room, June(2), June(5), 1))));
        Assert.That(await calendar.Hold(newcomer, room, June(4), June(6)), Is.EqualTo(new NightsRefused(newcomer, "nights_unavailable", room, June(4))));
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(5), June(6)), Is.InstanceOf<NightsHeld>(), "what nobody waits for is on sale");
    }

    [Test] // P-77: and the entry has had its turn
    public async Task An_offer_ends_with_the_sale_of_its_unit()
    {
        DefineUnit home = null!;
        await calendar.Home(unit => home = unit);
        var booked = await calendar.Booked(home.UnitId, June(1), June(4));
        await calendar.Tell(new WatchNights(first, new(home.UnitId, June(1), June(4), 1), 0, morning, TimeSpan.FromMinutes(15)));
        await calendar.Tell(new ReleaseNights(booked));
        var offer = Offers().Single();

        await calendar.Tell(home with { OnSale = false, Version = 2 });

        Assert.That(calendar.Told.OfType<OfferLapsed>().Single(), Is.EqualTo(new OfferLapsed(first, offer.OfferId)));
        Assert.That(await calendar.State(offer.OfferId), Is.EqualTo("offer given_back"));
        await calendar.Tell(home with { Version = 3 });
        Assert.That(await calendar.Free(home.UnitId, June(2)), Is.EqualTo(1), "on sale again, it is nobody's");
        Assert.That(await calendar.Hold(newcomer, home.UnitId, June(1), June(4), offer: offer.OfferId), Is.InstanceOf<NightsRefused>());
    }

    [Test] // P-75: closing nights takes nothing from who has them
    public async Task An_offer_can_be_booked_though_its_nights_are_closed_to_all_others()
    {
        await Waits(first, June(2), June(5));
        await calendar.Tell(new ReleaseNights(guest));

        await calendar.Tell(new CloseNights(Guid.NewGuid(), room, June(1), June(10), Closed: true));

        Assert.That(await calendar.Hold(newcomer, room, June(2), June(4), offer: Offers().Single().OfferId), Is.InstanceOf<NightsRefused>(), "only what was offered");
        Assert.That(await calendar.Hold(guest = Guid.NewGuid(), room, June(2), June(5), offer: Offers().Single().OfferId), Is.InstanceOf<NightsHeld>());
    }

    [Test] // P-79: release and newcomer in one group, so that not even the order within it lets somebody slip in
    public async Task A_newcomer_in_the_same_group_comes_too_late()
    {
        await Waits(first, June(2), June(5));

        var answers = await calendar.Clerk.Decide(
            [new Roost.Calendar.Holding.Release(new ReleaseNights(guest)),
             new Roost.Calendar.Holding.Hold(new HoldNights(newcomer, [new(room, June(2), June(5), 1)], TimeSpan.FromMinutes(15)))], default);

        Assert.That(answers[1], Is.InstanceOf<NightsRefused>());
        Assert.That(Offers().Single().EntryId, Is.EqualTo(first));
    }

    [Test] // P-79, P-22: nobody gives the nights back, they only lapse
    public async Task Nights_of_a_lapsed_hold_go_to_the_waitlist_too()
    {
        await calendar.Tell(new ReleaseNights(guest));
        await calendar.HoldThatHasLapsed(Guid.NewGuid(), room, June(1), June(10));
        await Waits(first, June(2), June(5));

        await calendar.Hold(newcomer, room, June(2), June(5));

        Assert.That(Offers().Single().EntryId, Is.EqualTo(first));
        Assert.That(await calendar.State(newcomer), Is.EqualTo("hold refused"));
    }

    [Test] // P-75
    public async Task Whoever_was_offered_them_can_book_until_the_deadline_and_once()
    {
        await Waits(first, June(2), June(5));
        await calendar.Tell(new ReleaseNights(guest));
        var offer = Offers().Single();
        var (hold, again) = (Guid.NewGuid(), Guid.NewGuid());

        Assert.That(await calendar.Hold(hold, room, June(2), June(5), offer: offer.OfferId), Is.InstanceOf<NightsHeld>());
        Assert.That(calendar.Told, Does.Contain(new OfferTaken(first, offer.OfferId, hold)));
        Assert.That(WhyNot(await calendar.Hold(again, room, June(2), June(5), offer: offer.OfferId)), Is.EqualTo("offer_ended"));
    }

    [Test] // P-76
    public async Task An_entry_that_had_its_turn_is_not_served_again_when_its_booking_is_cancelled()
    {
        await Waits(first, June(2), June(5));
        await Waits(second, June(2), June(5), joinedAt: morning.AddMinutes(1));
        await calendar.Tell(new ReleaseNights(guest));
        var hold = Guid.NewGuid();
        await calendar.Hold(hold, room, June(2), June(5), offer: Offers().Single().OfferId);

        await calendar.Tell(new ReleaseNights(hold));

        Assert.That(Offers().Select(o => o.EntryId), Is.EqualTo(new[] { first, second }));
        Assert.That(Offers().Select(o => o.OfferId), Is.Unique);
    }

    [Test]
    public async Task An_offer_that_nobody_takes_goes_to_the_next()
    {
        await Waits(first, June(2), June(5), offerFor: TimeSpan.Zero);
        await Waits(second, June(3), June(6), joinedAt: morning.AddMinutes(1));
        await calendar.Tell(new ReleaseNights(guest));
        var offer = Offers().Single();

        await calendar.Sweeper.SweepAll(default);

        Assert.That(calendar.Told, Does.Contain(new OfferLapsed(first, offer.OfferId)));
        Assert.That(Offers().Select(o => o.EntryId), Is.EqualTo(new[] { first, second }));
        Assert.That(await calendar.Hold(Guid.NewGuid(), room, June(2), June(5), offer: offer.OfferId), Is.InstanceOf<NightsRefused>());
    }

    [Test] // P-77
    public async Task Nothing_is_offered_that_is_not_for_sale()
    {
        await Waits(first, June(2), June(5));
        await calendar.Tell(new CloseNights(Guid.NewGuid(), room, June(4), June(6), Closed: true));

        await calendar.Tell(new ReleaseNights(guest));
        Assert.That(Offers(), Is.Empty);
        Assert.That(await Position(first), Is.EqualTo("1 sale_closed"), "P-78: nobody has these nights");

        await calendar.Tell(new CloseNights(Guid.NewGuid(), room, June(4), June(6), Closed: false));
        Assert.That(Offers().Single().EntryId, Is.EqualTo(first), "on sale again");
    }

    [TestCase(false, 0, "sale_closed")] // P-77: the home is suspended, or it is too late to arrive
    [TestCase(true, 700, "too_late_to_arrive")]
    public async Task Nothing_is_offered_that_cannot_be_booked_any_more(bool onSale, int leadDays, string because)
    {
        DefineUnit home = null!;
        await calendar.Home(unit => home = unit);
        var booked = await calendar.Booked(home.UnitId, June(1), June(4));
        await calendar.Tell(new WatchNights(first, new(home.UnitId, June(1), June(4), 1), 0, morning, TimeSpan.FromMinutes(15)));
        await calendar.Tell(home with { OnSale = onSale, LeadDays = leadDays, Version = 2 });

        await calendar.Tell(new ReleaseNights(booked));
        Assert.That((Offers().Count(), await Position(first)), Is.EqualTo((0, $"1 {because}")));

        await calendar.Tell(home with { Version = 3 });
        Assert.That(Offers().Single().EntryId, Is.EqualTo(first), "as before");
    }

    [Test] // P-78
    public async Task Priority_comes_first_and_then_who_joined_first()
    {
        var (late, early, important) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Waits(late, June(2), June(5), joinedAt: morning.AddHours(2));
        await Waits(early, June(2), June(5), joinedAt: morning);
        await Waits(important, June(2), June(5), joinedAt: morning.AddHours(3), priority: 1);
        Assert.That(await Position(late), Is.EqualTo("3 nights_not_free"));

        await calendar.Tell(new ReleaseNights(guest));

        Assert.That(Offers().Single().EntryId, Is.EqualTo(important));
        Assert.That((await Position(early), await Position(late)), Is.EqualTo(("1 nights_not_free", "2 nights_not_free")));
    }

    [Test] // P-80, P-78
    public async Task Whoever_needs_more_than_came_free_is_passed_over_and_that_is_written_down()
    {
        await Waits(first, June(2), June(5), quantity: 2);
        await Waits(second, June(3), June(4), joinedAt: morning.AddMinutes(1));

        await calendar.Tell(new ReleaseNights(guest));

        Assert.That(Offers().Single().EntryId, Is.EqualTo(second));
        Assert.That(await calendar.Database.Value<Guid>($"select overtaken_by from calendar.watcher_view where entry_id = '{first}'"), Is.EqualTo(second));
    }

    [Test]
    public async Task Nights_that_are_free_already_are_offered_at_once()
    {
        await calendar.Tell(new ReleaseNights(guest));

        await Waits(first, June(2), June(5));
        await Waits(first, June(2), June(5));

        Assert.That(Offers().Single().EntryId, Is.EqualTo(first));
    }

    [Test]
    public async Task Whoever_leaves_gives_an_open_offer_to_the_next()
    {
        await Waits(first, June(2), June(5));
        await Waits(second, June(2), June(5), joinedAt: morning.AddMinutes(1));
        await calendar.Tell(new ReleaseNights(guest));

        await calendar.Tell(new StopWatching(first));

        Assert.That(Offers().Select(o => o.EntryId), Is.EqualTo(new[] { first, second }));
    }

    [Test] // P-69
    public async Task Leaving_before_joining_arrives_means_never_being_in_line()
    {
        await calendar.Tell(new StopWatching(first));
        await Waits(first, June(2), June(5));

        await calendar.Tell(new ReleaseNights(guest));

        Assert.That(Offers(), Is.Empty);
    }

    Task Waits(Guid entry, DateOnly checkIn, DateOnly checkOut, int quantity = 1, int priority = 0, DateTimeOffset? joinedAt = null, TimeSpan? offerFor = null) =>
        calendar.Tell(new WatchNights(entry, new NightsLine(room, checkIn, checkOut, quantity), priority, joinedAt ?? morning, offerFor ?? TimeSpan.FromMinutes(15)));

    List<NightsOffered> Offers() => [.. calendar.Told.OfType<NightsOffered>()];

    Task<string?> Position(Guid entry) =>
        calendar.Database.Value<string>($"select position || ' ' || waits_because from calendar.watcher_view where entry_id = '{entry}'");
}
