using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Sagas.Tests.Changing;

namespace Roost.Sagas.Tests.Booking;

/// <summary>P-09: the agreed local times stand, so that arrival and departure are other instants than when the timeouts were asked for, earlier or later ones.</summary>
public sealed class When_zone_rules_are_updated
{
    static readonly TimeSpan Look = TimeSpan.FromDays(2);

    BookingSaga saga = null!;
    TestableMessageHandlerContext heard = null!;

    [SetUp]
    public async Task A_booking_is_confirmed() => (saga, heard) = (new() { Data = (await ChangeWorld.Start()).Booking }, new());

    [TestCase(-1)]
    [TestCase(+1)]
    public async Task The_arrival_and_the_capture_move(int hours)
    {
        var planned = saga.Data.ArrivesAt.AddHours(-hours);

        await saga.Timeout(new BookingSaga.ArrivalIsDue { At = planned - Look, Planned = planned }, heard);

        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.Confirmed));
        Assert.That(heard.TimeoutMessages.Single().At, Is.EqualTo(saga.Data.ArrivesAt));
        Assert.That(heard.FindSentMessage<CapturePayment>(), Is.EqualTo(new CapturePayment(Example.BookingId, Example.Price.Total, saga.Data.ArrivesAt, Version: 1)));
        await GuestArrives();
    }

    [Test]
    public async Task A_timeout_that_is_early_under_the_newest_rules_is_set_again()
    {
        await saga.Timeout(new BookingSaga.ArrivalIsDue { At = saga.Data.ArrivesAt.AddHours(-1), Planned = saga.Data.ArrivesAt.AddHours(-1) }, heard);

        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.Confirmed));
        await GuestArrives();
    }

    [Test]
    public async Task The_capture_stays_when_the_arrival_does()
    {
        await saga.Timeout(new BookingSaga.ArrivalIsDue { At = saga.Data.ArrivesAt - Look, Planned = saga.Data.ArrivesAt }, heard);

        Assert.That(heard.FindSentMessage<CapturePayment>(), Is.Null);
        await GuestArrives();
    }

    /// <summary>Where a stay begins within those days, that has passed, and the first look comes at once.</summary>
    [Test]
    public async Task They_are_looked_at_before_the_arrival_and_before_the_departure()
    {
        var confirming = new TestableMessageHandlerContext();
        saga.Data.Status = BookingState.AwaitingPayment;
        await saga.Handle(new NightsConfirmed(Example.BookingId), confirming);
        Assert.That(confirming.TimeoutMessages.Single().At, Is.EqualTo(saga.Data.ArrivesAt - Look));

        await saga.Timeout(new BookingSaga.ArrivalIsDue { At = saga.Data.ArrivesAt, Planned = saga.Data.ArrivesAt }, heard);
        Assert.That(heard.TimeoutMessages.Single().At, Is.EqualTo(saga.Data.LeavesAt - Look));

        var leaving = new TestableMessageHandlerContext();
        await saga.Timeout((BookingSaga.DepartureIsDue)heard.TimeoutMessages.Single().Message, leaving);
        Assert.That(leaving.TimeoutMessages.Single().At, Is.EqualTo(saga.Data.LeavesAt));
        await saga.Timeout((BookingSaga.DepartureIsDue)leaving.TimeoutMessages.Single().Message, leaving);
        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.Completed));
    }

    /// <summary>The timeout that was asked for now is one that counts.</summary>
    async Task GuestArrives()
    {
        await saga.Timeout((BookingSaga.ArrivalIsDue)heard.TimeoutMessages.Single().Message, new TestableMessageHandlerContext());
        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.InStay));
    }
}
