using Roost.Contracts;
using Roost.Domain.Booking;
using Roost.Reservation.Changing;
using Roost.Sagas.Tests.Booking;
using static Roost.Sagas.Tests.Changing.ChangeWorld;

namespace Roost.Sagas.Tests.Changing;

/// <summary>
/// P-27: whatever the order of messages, confirmation, Stripe's answer, the hold's end and a cancellation, a change happens entirely (nights, price and money) or not at all.
/// </summary>
public sealed class When_a_booking_is_changed_while_anything_happens
{
    [Test]
    public async Task It_is_changed_as_a_whole_or_stays_as_it_was()
    {
        var start = await Start();
        var seen = new HashSet<string> { start.Key() };
        var open = new Stack<ChangeWorld>([start]);
        var applied = 0;
        var untouched = 0;
        var cancelled = 0;

        while (open.TryPop(out var world))
        {
            foreach (var next in await Next(world))
            {
                if (seen.Add(next.Key())) open.Push(next);
            }
            if (world.Bag.Exists(world.IsDue) || Array.Exists<Act>([Act.StripeAuthorizes, Act.HoldRunsOut], world.CanHappen)) continue;

            if (world.Booking.Status == BookingState.Cancelled) { cancelled++; NothingIsLeft(world); }
            else if (world.Told.Contains(nameof(BookingChanged))) { applied++; EverythingIsNew(world); }
            else { untouched++; EverythingIsOld(world); }
        }

        TestContext.Out.WriteLine($"{seen.Count} states; ends: {applied} applied, {untouched} untouched, {cancelled} cancelled");
        Assert.That(applied > 0 && untouched > 0 && cancelled > 0, "the exploration reached every kind of end");
    }

    static async Task<List<ChangeWorld>> Next(ChangeWorld world)
    {
        var next = new List<ChangeWorld>();
        foreach (var act in Enum.GetValues<Act>().Where(world.CanHappen))
        {
            var copy = world.Copy();
            copy.Do(act);
            next.Add(copy);
        }
        for (var i = 0; i < world.Bag.Count; i++)
        {
            if (!world.IsDue(world.Bag[i])) continue;
            var copy = world.Copy();
            await copy.Deliver(copy.Bag[i]);
            next.Add(copy);
        }
        return next;
    }

    static void EverythingIsNew(ChangeWorld world) => Assert.Multiple(() =>
    {
        Assert.That(world.Claimed, Is.EqualTo(Longer), Story(world));
        Assert.That(world.Booking.Nights, Is.EqualTo(Example.Line(Longer)), Story(world));
        Assert.That(world.Booking.Price, Is.EqualTo(world.Change.Request!.Price), Story(world));
        Assert.That(world.Money, Is.EqualTo(Card.Captured), Story(world));
        Assert.That(world.Change.Step, Is.EqualTo(BookingChangeSaga.Step.Ended), Story(world));
    });

    static void EverythingIsOld(ChangeWorld world) => Assert.Multiple(() =>
    {
        Assert.That(world.Claimed, Is.EqualTo(Example.Stay), Story(world));
        Assert.That(world.Booking.Nights, Is.EqualTo(Example.Line(Example.Stay)), Story(world));
        Assert.That(world.Booking.Price.Total, Is.EqualTo(Example.Price.Total), Story(world));
        Assert.That(world.Money, Is.AnyOf(Card.Unasked, Card.Declined, Card.LetGo), Story(world));
        Assert.That(world.Change.Step, Is.EqualTo(BookingChangeSaga.Step.Ended), Story(world));
    });

    static void NothingIsLeft(ChangeWorld world) => Assert.Multiple(() =>
    {
        Assert.That(world.Claimed, Is.Null, Story(world));
        Assert.That(world.NewNightsHeld, Is.False, Story(world));
        Assert.That(world.Money, Is.AnyOf(Card.Unasked, Card.Declined, Card.LetGo), Story(world));
        Assert.That(world.BookingRefunded && world.Booking.Settled, Story(world));
    });

    static string Story(ChangeWorld world) => string.Join(" → ", world.Path);
}
