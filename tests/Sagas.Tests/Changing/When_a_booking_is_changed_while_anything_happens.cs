using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Changing;
using Roost.Sagas.Tests.Booking;
using static Roost.Sagas.Tests.Changing.ChangeWorld;

namespace Roost.Sagas.Tests.Changing;

/// <summary>
/// P-27: whatever the order of messages, confirmation, Stripe's answer, the hold's end, the arrival and a cancellation, and whatever comes again, a change
/// happens entirely (nights, price and money) or not at all.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class When_a_booking_is_changed_while_anything_happens
{
    static readonly Stay[] Wishes = [Longer, Shorter, Later];

    [TestCaseSource(nameof(Wishes))]
    public async Task It_is_changed_as_a_whole_or_stays_as_it_was(Stay wish)
    {
        var (states, applied, untouched, cancelled, inStay) = (0, 0, 0, 0, 0);
        await foreach (var world in Exploration.Of(await Start(wish), Enum.GetValues<Act>(), Exploration.Usually(wish == Longer ? 0 : 1)))
        {
            states++;
            if (world.Told.Contains(nameof(BookingChanged)) && world.Told.Contains(nameof(ChangeRefused))) Assert.Fail($"applied and refused after {world.Story}");
            if (world.Bag.Pending.Any(world.IsDue) || Array.Exists<Act>([Act.StripeAuthorizes, Act.HoldRunsOut], world.CanHappen)) continue;

            if (world.Booking.Status == BookingState.InStay) inStay++;
            if (world.Booking.Status == BookingState.Cancelled) { cancelled++; NothingIsLeft(world); }
            else if (world.Told.Contains(nameof(BookingChanged))) { applied++; EverythingIsNew(world, wish); }
            else { untouched++; EverythingIsOld(world); }
        }

        TestContext.Out.WriteLine($"{states} states; ends: {applied} applied, {untouched} untouched, {cancelled} cancelled, {inStay} of them after the arrival");
        Assert.That(applied > 0 && untouched > 0 && cancelled > 0 && inStay > 0, "the exploration reached every kind of end");
    }

    static void EverythingIsNew(ChangeWorld world, Stay wish)
    {
        var difference = world.Change.Difference;
        Agree(world,
            (world.Claimed, wish), (world.Booking.Nights, Example.Line(wish)), (world.Booking.Price, world.Change.Request!.Price),
            (world.Money, difference.IsPositive() ? Card.Captured : Card.Unasked),
            (GivenBack(world), difference.IsNegative() ? -difference : Money.Zero("EUR")), (world.Change.Step, BookingChangeSaga.Step.Ended));
    }

    static void EverythingIsOld(ChangeWorld world)
    {
        Agree(world,
            (world.Claimed, Example.Stay), (world.Booking.Nights, Example.Line(Example.Stay)), (world.Booking.Price.Total, Example.Price.Total),
            (GivenBack(world), Money.Zero("EUR")), (world.Change.Step, BookingChangeSaga.Step.Ended));
        Assert.That(world.Money, Is.AnyOf(Card.Unasked, Card.Declined, Card.LetGo), () => $"{world.Story}");
    }

    static void NothingIsLeft(ChangeWorld world)
    {
        Agree(world, (world.Claimed, null), (world.NewNights == ChangeWorld.Claim.Held, false), (GivenBack(world), Example.Price.Total), (world.Booking.Settled, true));
        Assert.That(world.Money, Is.AnyOf(Card.Unasked, Card.Declined, Card.LetGo), () => $"{world.Story}");
    }

    static Money GivenBack(ChangeWorld world) => world.Refunds.Values.Sum("EUR");

    static void Agree(ChangeWorld world, params (object? Is, object? Ought)[] facts)
    {
        foreach (var (fact, ought) in facts) Assert.That(fact, Is.EqualTo(ought), () => $"{world.Story}");
    }
}
