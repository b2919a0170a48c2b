using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Changing;
using Roost.Sagas.Tests.Booking;
using static Roost.Sagas.Tests.Changing.ChangeWorld;

namespace Roost.Sagas.Tests.Changing;

/// <summary>
/// P-27: whatever the order of messages, confirmation, Stripe's answer, the hold's end, the arrival, another change and a cancellation, and whatever comes again, a change
/// happens entirely (nights, price and money) or not at all. What is not to happen any more keeps nothing until a deadline.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class When_a_booking_is_changed_while_anything_happens
{
    static readonly Stay[] Wishes = [Longer, Shorter, Later];

    /// <summary>Not all at once: it would be millions of states, and these do not wait for each other.</summary>
    public enum Besides { GuestArrives, SomebodyElseBooksTheNewNights, GuestAsksForAnother }

    [Test]
    public async Task It_is_changed_as_a_whole_or_stays_as_it_was([ValueSource(nameof(Wishes))] Stay wish, [Values] Besides besides)
    {
        var isReplaced = besides == Besides.GuestAsksForAnother;
        var acts = Enum.GetValues<Act>().Where(act => !Enum.TryParse<Besides>($"{act}", out var other) || other == besides).Where(act => !isReplaced || act != Act.GuestCancels).ToArray();
        var (states, applied, untouched, cancelled, inStay, replaced) = (0, 0, 0, 0, 0, 0);
        await foreach (var world in Exploration.Of(await Start(wish), acts))
        {
            states++;
            NothingIsWithoutItsCause(world);
            if (world.HasHeardEverything) NothingIsKeptForNobody(world);
            if (!world.IsQuiet) continue;

            if (world.Booking.Status == BookingState.InStay) inStay++;
            if (world.Now.Why == "replaced") replaced++;
            if (world.Booking.Status == BookingState.Cancelled) { cancelled++; NothingIsLeft(world); }
            else if (world.Now.Applied) { applied++; EverythingIsNew(world, wish); }
            else { untouched++; EverythingIsOld(world); }
        }

        TestContext.Out.WriteLine($"{states} states; ends: {applied} applied, {untouched} untouched, {cancelled} cancelled, {inStay} of them after the arrival, {replaced} replaced");
        Assert.That(applied > 0 && untouched > 0 && (isReplaced ? replaced > 0 : cancelled > 0) && (besides != Besides.GuestArrives || inStay > 0), "the exploration reached every kind of end");
    }

    static void NothingIsWithoutItsCause(ChangeWorld world)
    {
        var now = world.Now;
        if (now.Applied && now.Why is not null) Assert.Fail($"applied and refused after {world.Story}");
        if (now.Applied && !IsPaid(world)) Assert.Fail($"applied, but by whom, after {world.Story}");
        if (now.Why is not null && !IsTrue(world, now.Why)) Assert.Fail($"refused with {now.Why} after {world.Story}");
    }

    /// <summary>A booking has one open change, and none when it has ended.</summary>
    static void NothingIsKeptForNobody(ChangeWorld world)
    {
        var (now, isOver) = (world.Now, world.Booking.Status == BookingState.Cancelled);
        if (world.Did(Act.GuestAsksForAnother) && now.AnotherIsOpen == now.AnotherIsRejected)
            Assert.Fail($"nobody told the newer change how it stands after {world.Story}");
        if ((isOver || now.AnotherIsOpen) && !now.Applied) TheChangeKeepsNothing(world);
    }

    static bool IsPaid(ChangeWorld world) => world.Did(Act.GuestConfirms) && (world.Did(Act.StripeAuthorizes) || !world.Change.Difference.IsPositive());

    static bool IsTrue(ChangeWorld world, string why) => why switch
    {
        "nights_unavailable" => world.Did(Act.SomebodyElseBooksTheNewNights) || world.Did(Act.GuestCancels) || world.Did(Act.GuestAsksForAnother),
        "not_confirmed_in_time" => world.Did(Act.DeadlinePasses),
        "card_declined" => world.Did(Act.StripeDeclines),
        "abandoned" => world.Did(Act.DeadlinePasses) && !world.Did(Act.StripeDeclines),
        "booking_cancelled" => world.Did(Act.GuestCancels),
        "booking_changed_meanwhile" => world.Did(Act.GuestCancels) || world.Did(Act.GuestAsksForAnother),
        "replaced" => world.Did(Act.GuestAsksForAnother),
        "stay_has_begun" => world.Did(Act.GuestArrives),
        _ => false,
    };

    static void EverythingIsNew(ChangeWorld world, Stay wish)
    {
        var difference = world.Change.Difference;
        Agree(world,
            (world.Now.Claimed, wish), (world.Booking.Nights, Example.Line(wish)), (world.Booking.Price, world.Change.Request!.Price),
            (world.Now.Money, difference.IsPositive() ? Card.Captured : Card.Unasked), (world.Now.NewNights, ChangeWorld.Claim.Used),
            (world.GivenBack, difference.IsNegative() ? -difference : Money.Zero("EUR")), (world.Change.Step, BookingChangeSaga.Step.Ended));
    }

    static void EverythingIsOld(ChangeWorld world)
    {
        Agree(world,
            (world.Now.Claimed, Example.Stay), (world.Booking.Nights, Example.Line(Example.Stay)), (world.Booking.Price.Total, Example.Price.Total),
            (world.Booking.Change, null), (world.GivenBack, Money.Zero("EUR")), (world.Now.Why is null, false));
        TheChangeKeepsNothing(world);
    }

    static void NothingIsLeft(ChangeWorld world)
    {
        Agree(world,
            (world.Now.Claimed, null), (world.GivenBack, Example.Price.Total), (world.Booking.Settled, true), (world.Did(Act.GuestCancels), true));
        if (!world.Now.Applied) TheChangeKeepsNothing(world);
        else Assert.That(world.Now.Money, Is.AnyOf(Card.Unasked, Card.LetGo), () => $"{world.Story}");
    }

    static void TheChangeKeepsNothing(ChangeWorld world)
    {
        Assert.That(world.Change.Step, Is.EqualTo(BookingChangeSaga.Step.Ended), () => $"{world.Story}");
        Assert.That(world.Now.Money, Is.AnyOf(Card.Unasked, Card.Declined, Card.LetGo), () => $"{world.Story}");
        if (world.Now is { NewNights: ChangeWorld.Claim.Used, Claimed: null }) return; // they were the booking's when it gave back all it had
        Assert.That(world.Now.NewNights, Is.AnyOf(ChangeWorld.Claim.Refused, ChangeWorld.Claim.GivenBack, ChangeWorld.Claim.Lost), () => $"{world.Story}");
    }

    static void Agree(ChangeWorld world, params (object? Is, object? Ought)[] facts)
    {
        foreach (var (fact, ought) in facts) Assert.That(fact, Is.EqualTo(ought), () => $"{world.Story}");
    }
}
