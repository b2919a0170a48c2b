using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_a_hold_ends
{
    TestCalendar calendar = null!;
    Guid home;
    readonly Guid hold = Guid.NewGuid(), other = Guid.NewGuid();

    [SetUp]
    public async Task Open()
    {
        calendar = await TestCalendar.Open();
        home = await calendar.Home();
    }

    [TearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test] // P-22: no sweeper runs here
    public async Task Its_nights_are_free_for_the_next_taker_at_once()
    {
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));

        Assert.That(await calendar.Free(home, June(2)), Is.EqualTo(1));
        Assert.That(await calendar.Hold(other, home, June(3), June(6)), Is.InstanceOf<NightsHeld>());
        Assert.That(await calendar.State(hold), Is.EqualTo("hold lapsed"));
    }

    [Test] // P-22
    public async Task A_cart_that_lapsed_gives_back_its_other_rooms_too()
    {
        var (single, twin) = (await calendar.Unit(UnitKind.RoomType, 1), await calendar.Unit(UnitKind.RoomType, 1));
        await calendar.Tell(new HoldNights(hold, [new(single, June(1), June(3), 1), new(twin, June(1), June(3), 1)], TimeSpan.Zero));

        await calendar.Hold(other, single, June(1), June(3));

        Assert.That(await calendar.Counters(twin), Is.EqualTo($"{June(1):O}:0/0/0 {June(2):O}:0/0/0"));
    }

    [Test]
    public async Task It_never_ends_earlier_than_was_promised()
    {
        var promised = (NightsHeld)(await calendar.Hold(hold, home, June(1), June(4), duration: TimeSpan.FromMinutes(15)))!;

        Assert.That(await calendar.Tell(new ExtendHold(hold, TimeSpan.FromMinutes(1))), Is.EqualTo(promised with { Version = 2 }));
    }

    [Test] // P-33
    public async Task A_late_payment_books_nights_that_are_still_free()
    {
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));
        await calendar.Sweeper.SweepAll(default);
        Assert.That(await calendar.State(hold), Is.EqualTo("hold lapsed"));

        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsConfirmed(hold)));
        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsConfirmed(hold)));
        Assert.That(await calendar.State(hold), Is.EqualTo("booking live"));
    }

    [Test] // P-33
    public async Task A_late_payment_hears_for_good_that_somebody_else_has_the_nights()
    {
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));
        await calendar.Hold(other, home, June(3), June(5));

        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsLost(hold)));
        await calendar.Tell(new ReleaseNights(other));
        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsLost(hold)), "the money was already sent back");
    }

    [Test] // P-33: whoever has them has lapsed himself
    public async Task A_late_payment_takes_nights_from_another_hold_that_lapsed()
    {
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));
        await calendar.HoldThatHasLapsed(other, home, June(1), June(4));

        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsConfirmed(hold)));
        Assert.That(await calendar.State(other), Is.EqualTo("hold lapsed"));
    }

    [Test] // P-33: the other one is a cart, whose second room nobody here asked for
    public async Task A_late_payment_takes_nights_from_a_cart_that_lapsed()
    {
        var twin = await calendar.Unit(UnitKind.RoomType, 1);
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));
        await calendar.Tell(new HoldNights(other, [new(home, June(1), June(4), 1), new(twin, June(1), June(4), 1)], TimeSpan.Zero));

        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsConfirmed(hold)));
        Assert.That((await calendar.State(other), await calendar.Free(twin, June(2))), Is.EqualTo(("hold lapsed", 1)));
    }

    /// <summary>P-22, P-33: decided in one transaction, in either order, and whether or not they want the same nights.</summary>
    [TestCase(true, 1, ExpectedResult = "1 0")]
    [TestCase(false, 1, ExpectedResult = "0 1")]
    [TestCase(true, 3, ExpectedResult = "1 0")]
    [TestCase(false, 3, ExpectedResult = "0 1")]
    [TestCase(true, 5, ExpectedResult = "1 1")]
    [TestCase(false, 5, ExpectedResult = "1 1")]
    public async Task<string> A_late_payment_and_a_hold_in_one_group_are_decided_in_their_order(bool paymentIsFirst, int from)
    {
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));
        IRequest[] group =
        [
            new Roost.Calendar.Holding.Confirm(new ConfirmNights(hold)),
            new Roost.Calendar.Holding.Hold(new HoldNights(other, [new(home, June(from), June(from + 2), 1)], TimeSpan.FromMinutes(15))),
        ];

        var answers = await calendar.Clerk.Decide(paymentIsFirst ? group : [.. group.Reverse()], default);

        return $"{answers.OfType<NightsConfirmed>().Count()} {answers.OfType<NightsHeld>().Count()}";
    }

    [Test] // P-25
    public async Task Given_back_means_free_everywhere()
    {
        var booking = await calendar.Booked(home, June(1), June(4));

        Assert.That(await calendar.Tell(new ReleaseNights(booking)), Is.EqualTo(new NightsReleased(booking)));
        Assert.That(await calendar.Free(home, June(2)), Is.EqualTo(1));
        Assert.That(await calendar.Hold(other, home, June(1), June(4)), Is.InstanceOf<NightsHeld>());
    }

    [Test] // P-23
    public async Task Giving_back_twice_gives_back_once()
    {
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        await calendar.Hold(other, room, June(1), June(2));
        var booking = await calendar.Booked(room, June(1), June(2));

        await calendar.Tell(new ReleaseNights(booking));
        Assert.That(await calendar.Tell(new ReleaseNights(booking)), Is.EqualTo(new NightsReleased(booking)));
        await calendar.Sweeper.SweepAll(default);

        Assert.That(await calendar.Free(room, June(1)), Is.EqualTo(1));
    }

    [Test] // P-69
    public async Task Giving_back_before_the_hold_arrives_keeps_it_from_ever_taking_nights()
    {
        Assert.That(await calendar.Tell(new ReleaseNights(hold)), Is.EqualTo(new NightsReleased(hold)));

        Assert.That(await calendar.Hold(hold, home, June(1), June(4)), Is.EqualTo(new NightsRefused(hold, "given_back", Guid.Empty, null)));
        Assert.That(await calendar.Tell(new ConfirmNights(hold)), Is.EqualTo(new NightsLost(hold)));
        Assert.That(await calendar.Free(home, June(1)), Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_extended_once()
    {
        var held = (NightsHeld)(await calendar.Hold(hold, home, June(1), June(4)))!;

        var extended = (NightsHeld)(await calendar.Tell(new ExtendHold(hold, TimeSpan.FromMinutes(30))))!;
        var again = await calendar.Tell(new ExtendHold(hold, TimeSpan.FromMinutes(45)));

        Assert.That((extended.Version, extended.ExpiresAt > held.ExpiresAt), Is.EqualTo((2, true)));
        Assert.That(again, Is.EqualTo(extended));
    }

    [Test]
    public async Task Extending_a_lapsed_hold_takes_its_nights_again_or_says_that_they_are_lost()
    {
        await calendar.HoldThatHasLapsed(hold, home, June(1), June(4));
        await calendar.Sweeper.SweepAll(default);

        Assert.That(await calendar.Tell(new ExtendHold(hold, TimeSpan.Zero)), Is.InstanceOf<NightsHeld>());
        await calendar.Hold(other, home, June(1), June(2));
        Assert.That(await calendar.Tell(new ExtendHold(hold, TimeSpan.FromMinutes(15))), Is.EqualTo(new NightsLost(hold)), "it was extended once already");
    }

    [Test] // P-127
    public async Task A_backlog_of_lapsed_holds_is_cleared_without_starving_new_ones()
    {
        const int backlog = 20_000;
        var festival = await calendar.Unit(UnitKind.Ticket, backlog, but: unit => unit with { TicketDate = June(20) });
        await calendar.Database.Execute(
            $"""
            insert into calendar.claims (id, line, unit_id, stay, quantity, kind, state, expires_at)
            select gen_random_uuid(), 0, '{festival}', daterange('{June(20):O}', '{June(21):O}'), 1, 'hold', 'live', clock_timestamp() - interval '1 hour'
            from generate_series(1, {backlog});
            insert into calendar.nights (unit_id, night, capacity, held) values ('{festival}', '{June(20):O}', {backlog}, {backlog});
            """);
        var sweeping = calendar.Sweeper.SweepAll(default);

        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 50; i++)
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.That(await calendar.Hold(Guid.NewGuid(), festival, June(20), June(21)), Is.InstanceOf<NightsHeld>());
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
            if (took > slowest) slowest = took;
        }
        await sweeping;

        Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(await calendar.Counters(festival), Is.EqualTo($"{June(20):O}:50/0/0"));
    }
}
