using Roost.Domain;
using Roost.Domain.Booking;
using static Roost.Sagas.Tests.Booking.BookingWorld;

namespace Roost.Sagas.Tests.Booking;

/// <summary>
/// P-33, P-34, P-68, P-69: every reachable state of a booking is visited, whatever the order of the deadlines, Stripe's answer, a cancellation, the host's block and
/// answer, and of the messages between saga, calendar and payment, copies of which may come at any time. What it ends as has its cause in what really happened.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class When_everything_can_happen_in_any_order
{
    static readonly Act[] Instant = [Act.StripeAuthorizes, Act.StripeDeclines, Act.FirstDeadlinePasses, Act.HostBlocks];
    static readonly Act[] Request = [.. Instant, Act.HostAccepts, Act.HostDeclines, Act.AnswerDeadlinePasses];

    static readonly BookingState[] InstantEnds =
        [BookingState.Confirmed, BookingState.Expired, BookingState.PaymentFailed, BookingState.Cancelled, BookingState.Unavailable];
    static readonly BookingState[] RequestEnds = [.. InstantEnds, BookingState.Declined];

    [TestCase(true, Act.GuestCancels)]
    [TestCase(true, Act.HostCancels, Act.HostCancelsTooSoon)]
    [TestCase(true, Act.StaffCancel, Act.SystemCancels)]
    [TestCase(false, Act.GuestCancels)]
    public async Task Nights_money_and_messages_agree_in_the_end(bool instantBook, params Act[] cancellations)
    {
        var (states, ends) = (0, new SortedDictionary<BookingState, int>());
        await foreach (var world in Exploration.Of(Start(instantBook), [.. instantBook ? Instant : Request, .. cancellations]))
        {
            states++;
            NothingIsWithoutItsCause(world, instantBook);
            if (!world.IsQuiet) continue;

            ends[world.Saga.Status] = ends.GetValueOrDefault(world.Saga.Status) + 1;
            EverythingIsSettled(world, cancellations);
            NobodyIsRefusedForNothing(world, instantBook, cancellations);
        }

        TestContext.Out.WriteLine($"{states} states, ends: {string.Join(", ", ends.Select(end => $"{end.Key} {end.Value}"))}");
        Assert.That(ends.Keys, Is.EquivalentTo(instantBook ? InstantEnds : RequestEnds), "the exploration reached every kind of end");
    }

    /// <summary>Holds at every instant, and so also at the first one after each step. Asked millions of times, and so without the machinery of constraints.</summary>
    static void NothingIsWithoutItsCause(BookingWorld world, bool instantBook)
    {
        var now = world.Now;
        if (now.CaptureAsked && !now.Confirmed) Assert.Fail($"P-34: captured without a confirmation after {world.Story}");
        if (world.Saga is { Settled: true } saga && (saga.NightsGoingBack || saga.GoingBack.Count > 0)) Assert.Fail($"settled, but something is on its way back after {world.Story}");
        if (now.RefundsTold > 1) Assert.Fail($"one refund was told twice after {world.Story}");
        if (now.Confirmed && now.Why is not null) Assert.Fail($"P-33: confirmed and refused after {world.Story}");
        if (now.Why is not null && now.CancelledBy is not null) Assert.Fail($"refused and cancelled after {world.Story}");
        if (now.Confirmed && !(world.Did(Act.StripeAuthorizes) && (instantBook || world.Did(Act.HostAccepts)))) Assert.Fail($"confirmed, but by whom, after {world.Story}");
        if (now.Why is not null && !IsTrue(world, now.Why)) Assert.Fail($"P-68: refused with {now.Why} after {world.Story}");
        if (now.CancelledBy is { } by && !Array.Exists(Cancelling(by), world.Did)) Assert.Fail($"cancelled by {by} after {world.Story}");
        if (now.CancelledBy == Actor.Host && !now.Confirmed) Assert.Fail($"a host cancelled what was not confirmed after {world.Story}");
    }

    /// <summary>A deadline is one of the hold that counts: after the extension the first one means nothing any more.</summary>
    static bool IsTrue(BookingWorld world, string why) => (why, world.Saga.Status) switch
    {
        ("nights_unavailable", BookingState.Unavailable) => world.Did(Act.HostBlocks),
        ("card_declined", BookingState.PaymentFailed) => world.Did(Act.StripeDeclines),
        ("payment_too_late", BookingState.Expired) => world.Did(Act.FirstDeadlinePasses) && !world.Did(Act.StripeAuthorizes),
        ("host_did_not_answer", BookingState.Expired) => world.Did(Act.AnswerDeadlinePasses),
        ("nights_lost", BookingState.Expired) => world.Did(Act.AnswerDeadlinePasses) || (world.Did(Act.HostBlocks) && world.Did(Act.FirstDeadlinePasses)),
        ("host_declined", BookingState.Declined) => world.Did(Act.HostDeclines),
        _ => false,
    };

    static Act[] Cancelling(Actor by) => by switch
    {
        Actor.Guest => [Act.GuestCancels],
        Actor.Host => [Act.HostCancels, Act.HostCancelsTooSoon],
        Actor.Staff => [Act.StaffCancel],
        _ => [Act.SystemCancels],
    };

    static void EverythingIsSettled(BookingWorld world, Act[] cancellations)
    {
        var (now, status) = (world.Now, world.Saga.Status);
        var stands = status == BookingState.Confirmed;
        var nights = stands ? Claim.Booked : status == BookingState.Unavailable ? Claim.None : Claim.GivenBack;
        if (!stands && !(world.Saga.HasEnded && world.Saga.Settled)) Assert.Fail($"stuck in {status} after {world.Story}");
        if (stands && Array.Exists(cancellations, it => it != Act.HostCancelsTooSoon && world.Did(it))) Assert.Fail($"a cancellation was lost after {world.Story}");
        Agree(world, (now.Nights, nights), (now.Money == Card.Authorized, now.Confirmed), (now.CaptureAsked, now.Confirmed), (world.GivenBack, Due(now)));
        Agree(world, (now.Penalty, now.CancelledBy == Actor.Host), (now.CancelledBy is null && now.Why is null, stands),
            (now.RefundsTold, world.GivenBack.IsPositive() ? 1 : 0));
    }

    /// <summary>Half a day before the arrival the policy gives half of the nights to a guest who cancels. Whose fault it was not gets everything.</summary>
    static Money Due(Facts now) => now.Confirmed ? now.CancelledBy switch
    {
        null => Money.Zero("EUR"),
        Actor.Guest => new(15_000, "EUR"),
        Actor.Staff => SaidByStaff,
        _ => new(34_200, "EUR"),
    } : Money.Zero("EUR");

    /// <summary>Who has paid, and whose nights nobody else took, is served, however late the messages were.</summary>
    static void NobodyIsRefusedForNothing(BookingWorld world, bool instantBook, Act[] cancellations)
    {
        if (!instantBook || !world.Did(Act.StripeAuthorizes) || world.Did(Act.HostBlocks) || Array.Exists(cancellations, world.Did)) return;
        if (!world.Now.Confirmed) Assert.Fail($"P-33: paid and free, but {world.Now.Why} after {world.Story}");
    }

    static void Agree(BookingWorld world, params (object? Is, object? Ought)[] facts)
    {
        foreach (var (fact, ought) in facts)
            if (!Equals(fact, ought)) Assert.Fail($"{world.Saga.Status}: {fact} and not {ought} after {world.Story}");
    }
}
