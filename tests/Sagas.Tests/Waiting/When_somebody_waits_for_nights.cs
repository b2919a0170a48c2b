using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Reservation.Waiting;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Waiting;

/// <summary>P-69, P-76: an entry is served once, and messages that overtake each other end in the same place.</summary>
public sealed class When_somebody_waits_for_nights
{
    static readonly Guid EntryId = new("0199f000-0000-7000-8000-0000000000e1");
    static readonly Guid OfferId = new("0199f000-0000-7000-8000-0000000000e2");
    static readonly NightsLine Nights = Example.Line(Example.Stay);
    static readonly JoinWaitlist Joining = new(EntryId, Example.GuestId, Nights, Priority: 0, Example.AskedAt, UselessAfter: Example.AskedAt.AddDays(60));

    TestableSaga<WaitlistOfferSaga, WaitlistOfferSaga.State> saga = null!;

    [SetUp]
    public void Start() => saga = new();

    [Test]
    public async Task The_calendar_is_told_to_watch_once()
    {
        var first = await saga.Handle(Joining);
        var again = await saga.Handle(Joining);

        Assert.That(first.FindSentMessage<WatchNights>()!.Nights, Is.EqualTo(Nights));
        Assert.That(again.FindSentMessage<WatchNights>(), Is.Null);
    }

    [Test]
    public async Task An_offer_is_told_to_the_guest_and_a_taken_one_ends_the_wait()
    {
        await saga.Handle(Joining);

        var offered = await saga.Handle(new NightsOffered(EntryId, OfferId, Nights, Example.AskedAt.AddMinutes(15)));
        var taken = await saga.Handle(new OfferTaken(EntryId, OfferId, Example.BookingId));

        Assert.That(offered.FindPublishedMessage<WaitlistOfferMade>()!.GuestId, Is.EqualTo(Example.GuestId));
        Assert.That(taken.FindPublishedMessage<WaitlistEntryEnded>()!.Outcome, Is.EqualTo(WaitlistOutcome.Booked));
        Assert.That(taken.Completed);
    }

    [Test]
    public async Task An_offer_that_nobody_took_ends_the_wait_and_says_so()
    {
        await saga.Handle(Joining);
        await saga.Handle(new NightsOffered(EntryId, OfferId, Nights, Example.AskedAt.AddMinutes(15)));

        var lapsed = await saga.Handle(new OfferLapsed(EntryId, OfferId));

        Assert.That(lapsed.FindPublishedMessage<WaitlistEntryEnded>(), Is.EqualTo(new WaitlistEntryEnded(EntryId, Example.GuestId, WaitlistOutcome.OfferLapsed)));
        Assert.That(lapsed.Completed);
    }

    [Test]
    public async Task Leaving_stops_the_watch()
    {
        await saga.Handle(Joining);

        var left = await saga.Handle(new LeaveWaitlist(EntryId));

        Assert.That(left.FindSentMessage<StopWatching>(), Is.Not.Null);
        Assert.That(left.FindPublishedMessage<WaitlistEntryEnded>()!.Outcome, Is.EqualTo(WaitlistOutcome.Left));
        Assert.That(left.Completed);
    }

    [Test]
    public async Task Leaving_that_overtakes_the_joining_is_not_lost()
    {
        await saga.Handle(new LeaveWaitlist(EntryId));

        var joined = await saga.Handle(Joining);

        Assert.That(joined.FindSentMessage<WatchNights>(), Is.Null);
        Assert.That(joined.FindPublishedMessage<WaitlistEntryEnded>()!.Outcome, Is.EqualTo(WaitlistOutcome.Left));
        Assert.That(joined.Completed);
    }

    [Test]
    public async Task Nobody_waits_beyond_the_day_of_arrival()
    {
        await saga.Handle(Joining);

        var ended = await saga.AdvanceTime(Joining.UselessAfter - saga.CurrentTime + TimeSpan.FromMinutes(1));

        Assert.That(ended.Single().FindPublishedMessage<WaitlistEntryEnded>()!.Outcome, Is.EqualTo(WaitlistOutcome.TooLate));
        Assert.That(ended.Single().FindSentMessage<StopWatching>(), Is.EqualTo(new StopWatching(EntryId)));
    }

    /// <summary>P-75</summary>
    [Test]
    public async Task An_offer_made_late_on_the_day_of_arrival_stands_until_its_own_deadline()
    {
        await saga.Handle(Joining);
        await saga.Handle(new NightsOffered(EntryId, OfferId, Nights, Joining.UselessAfter.AddMinutes(10)));

        var midnight = await saga.AdvanceTime(Joining.UselessAfter - saga.CurrentTime + TimeSpan.FromMinutes(1));

        Assert.That(midnight.Single().FindSentMessage<StopWatching>(), Is.Null);
        Assert.That(midnight.Single().Completed, Is.False);
    }

    [Test]
    public async Task A_leaving_whose_joining_never_comes_is_forgotten_in_the_end()
    {
        await saga.Handle(new LeaveWaitlist(EntryId));

        var forgotten = await saga.AdvanceTime(TimeSpan.FromDays(41));

        Assert.That(forgotten.Single().Completed);
    }
}
