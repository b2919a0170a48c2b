using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Changing;

/// <summary>A guest who is there may leave later, but not have come on another day; and what is not applied when the stay ends is let go.</summary>
public sealed class When_a_change_comes_after_the_arrival
{
    static readonly Guid ChangeId = ChangeWorld.ChangeId;
    BookingSaga saga = null!;

    [SetUp]
    public async Task A_guest_has_arrived()
    {
        saga = new BookingSaga { Data = (await ChangeWorld.Start()).Booking };
        var arrived = await Sent(it => saga.Timeout(new BookingSaga.ArrivalIsDue { At = saga.Data.ArrivesAt }, it));
        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.InStay));
        Assert.That(arrived.FindPublishedMessage<GuestCheckedIn>(), Is.Not.Null);
        await Sent(it => saga.Handle(new OpenChange(Example.BookingId, ChangeId), it));
    }

    [Test]
    public async Task Another_day_of_arrival_is_refused()
    {
        var later = new Stay(Example.Stay.CheckIn.AddDays(7), Example.Stay.CheckOut.AddDays(7));

        var context = await Sent(it => saga.Handle(Applying(later), it));

        Assert.That(context.FindSentMessage<ChangeRejected>(), Is.EqualTo(new ChangeRejected(ChangeId, "stay_has_begun")));
        Assert.That(context.FindSentMessage<MoveNights>(), Is.Null);
    }

    [Test]
    public async Task A_longer_stay_is_moved()
    {
        var context = await Sent(it => saga.Handle(Applying(ChangeWorld.Longer), it));

        Assert.That(context.FindSentMessage<MoveNights>(), Is.EqualTo(new MoveNights(Example.BookingId, ChangeId)));
    }

    [Test]
    public async Task One_that_is_not_applied_when_the_guest_leaves_is_rejected([Values] bool isConfirmed)
    {
        if (isConfirmed) await Sent(it => saga.Handle(Applying(ChangeWorld.Longer), it));

        var left = await Sent(it => saga.Timeout(new BookingSaga.DepartureIsDue { At = saga.Data.LeavesAt }, it));

        Assert.That(left.FindPublishedMessage<StayCompleted>()!.NoShow, Is.False);
        Assert.That(left.FindSentMessage<ChangeRejected>(), Is.EqualTo(new ChangeRejected(ChangeId, "stay_is_over")));
    }

    [Test]
    public async Task One_that_is_not_applied_is_rejected_when_nobody_came([Values] bool isConfirmed)
    {
        if (isConfirmed) await Sent(it => saga.Handle(Applying(ChangeWorld.Longer), it));

        var context = await Sent(it => saga.Handle(new RecordNoShow(Example.BookingId, Example.HostId), it));

        Assert.That(context.FindSentMessage<ChangeRejected>(), Is.EqualTo(new ChangeRejected(ChangeId, "no_show")));
    }

    [Test]
    public async Task A_guest_who_never_came_is_recorded_and_the_nights_go_back()
    {
        var context = await Sent(it => saga.Handle(new RecordNoShow(Example.BookingId, Example.HostId), it));

        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.NoShow));
        Assert.That(context.FindSentMessage<ReleaseNights>(), Is.EqualTo(new ReleaseNights(Example.BookingId)));
        Assert.That(context.FindPublishedMessage<StayCompleted>()!.NoShow);
    }

    static ApplyChange Applying(Stay stay) => new(
        Example.BookingId, ChangeId, Example.Line(stay), new GuestCount(2), Example.Price.Total, Example.Priced(stay), Example.Request().Policy);

    static async Task<TestableMessageHandlerContext> Sent(Func<TestableMessageHandlerContext, Task> handle)
    {
        var context = new TestableMessageHandlerContext();
        await handle(context);
        return context;
    }
}
