using Roost.Contracts;
using Roost.Domain.Booking;
using static Roost.Sagas.Tests.Booking.BookingWorld;

namespace Roost.Sagas.Tests.Booking;

/// <summary>
/// P-33, P-34, P-68, P-69: every reachable state of a booking is visited, whatever the order of the hold's deadline, Stripe's answer, a cancellation, the host's block and
/// answer, and of the messages between saga, calendar and payment, copies of which may come at any time.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class When_everything_can_happen_in_any_order
{
    static readonly Act[] InstantBooking = [Act.StripeAuthorizes, Act.StripeDeclines, Act.HoldRunsOut, Act.GuestCancels, Act.HostBlocks];
    static readonly Act[] RequestToBook = [Act.StripeAuthorizes, Act.HoldRunsOut, Act.GuestCancels, Act.HostAccepts, Act.HostDeclines, Act.AnswerTimeRunsOut];

    [TestCase(true)]
    [TestCase(false)]
    public async Task Nights_money_and_messages_agree_in_the_end(bool instantBook)
    {
        var acts = instantBook ? InstantBooking : RequestToBook;
        var (states, ends) = (0, new Dictionary<BookingState, int>());
        await foreach (var world in Exploration.Of(BookingWorld.Start(instantBook), acts, instantBook ? Exploration.AnyCopies : Exploration.Usually(copies: 1)))
        {
            states++;
            NothingContradicts(world);
            if (!IsQuiet(world)) continue;

            ends[world.Saga.Status] = ends.GetValueOrDefault(world.Saga.Status) + 1;
            EverythingIsSettled(world);
        }

        TestContext.Out.WriteLine($"{states} states, ends: {string.Join(", ", ends.Select(end => $"{end.Key} {end.Value}"))}");
        BookingState[] expected = instantBook
            ? [BookingState.Confirmed, BookingState.Expired, BookingState.PaymentFailed, BookingState.Cancelled, BookingState.Unavailable]
            : [BookingState.Confirmed, BookingState.Expired, BookingState.Declined, BookingState.Cancelled];
        Assert.That(ends.Keys, Is.SupersetOf(expected), "the exploration reached every kind of end");
    }

    /// <summary>Nothing is under way and no clock runs: people may still act, but need not.</summary>
    static bool IsQuiet(BookingWorld world) =>
        !world.Bag.Pending.Any(world.IsDue) && !Array.Exists<Act>([Act.StripeAuthorizes, Act.HoldRunsOut, Act.AnswerTimeRunsOut], world.CanHappen);

    /// <summary>Holds at every instant. Asked hundreds of thousands of times, and so without the machinery of constraints.</summary>
    static void NothingContradicts(BookingWorld world)
    {
        var (confirmed, refused) = (world.Told.Contains(nameof(BookingConfirmed)), world.Told.Contains(nameof(BookingRefused)));
        if (world.CaptureAsked && !confirmed) Assert.Fail($"P-34: captured without a confirmation after {world.Story}");
        if (confirmed && refused) Assert.Fail($"P-33: confirmed and refused after {world.Story}");
    }

    static void EverythingIsSettled(BookingWorld world)
    {
        var confirmed = world.Saga.Status == BookingState.Confirmed;
        Assert.Multiple(() =>
        {
            Assert.That(confirmed || world.Saga.HasEnded, () => $"stuck in {world.Saga.Status} after {world.Story}");
            Assert.That(world.Nights == Claim.Booked, Is.EqualTo(confirmed), () => $"nights are {world.Nights} of a booking {world.Saga.Status} after {world.Story}");
            Assert.That(world.Money == Card.Authorized, Is.EqualTo(confirmed), () => $"money is {world.Money} of a booking {world.Saga.Status} after {world.Story}");
            Assert.That(confirmed || world.Saga.Settled, () => $"not settled: {string.Join(",", world.Saga.GoingBack)} {world.Saga.NightsGoingBack} after {world.Story}");
        });
    }
}
