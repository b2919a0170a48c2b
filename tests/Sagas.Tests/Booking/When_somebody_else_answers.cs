using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Reservation.Changing;

namespace Roost.Sagas.Tests.Booking;

/// <summary>P-111: an answer counts if it is from whose place, or whose booking, it is. Web asks first; a message that came past it changes nothing.</summary>
public sealed class When_somebody_else_answers
{
    static readonly Guid Stranger = new("0199f000-0000-7000-8000-0000000000ff");

    BookingSaga saga = null!;
    TestableMessageHandlerContext heard = null!;

    [SetUp]
    public async Task A_host_is_asked()
    {
        saga = new BookingSaga { Data = new() { BookingId = Example.BookingId } };
        heard = new TestableMessageHandlerContext();
        var before = new TestableMessageHandlerContext();
        await saga.Handle(Example.Request(instantBook: false), before);
        await saga.Handle(new NightsHeld(Example.BookingId, Example.AskedAt, 1), before);
        await saga.Handle(new PaymentAuthorized(Example.BookingId, Example.BookingId, Example.Price.Total, null), before);
        await saga.Handle(new NightsHeld(Example.BookingId, Example.AskedAt, 2), before);
        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.AwaitingHost));
    }

    [Test]
    public async Task A_yes_is_not_the_hosts()
    {
        await saga.Handle(new AcceptBooking(Example.BookingId, Stranger), heard);
        Nothing_happened(BookingState.AwaitingHost);

        await saga.Handle(new AcceptBooking(Example.BookingId, Example.HostId), heard);
        Assert.That(heard.FindSentMessage<ConfirmNights>(), Is.Not.Null);
    }

    [Test]
    public async Task A_no_is_not_the_hosts()
    {
        await saga.Handle(new DeclineBooking(Example.BookingId, Stranger, null), heard);
        Nothing_happened(BookingState.AwaitingHost);

        await saga.Handle(new DeclineBooking(Example.BookingId, Example.HostId, null), heard);
        Assert.That(saga.Data.Status, Is.EqualTo(BookingState.Declined));
    }

    [Test]
    public async Task An_absence_is_not_recorded()
    {
        saga.Data.Status = BookingState.InStay;

        await saga.Handle(new RecordNoShow(Example.BookingId, Stranger), heard);

        Nothing_happened(BookingState.InStay);
    }

    [Test]
    public async Task A_change_is_not_confirmed()
    {
        var change = new BookingChangeSaga { Data = new() { ChangeId = Stranger } };
        var stay = new Stay(Example.Stay.CheckIn, Example.Stay.CheckOut.AddDays(1));
        await change.Handle(new RequestChange(
            Stranger, Example.BookingId, Example.GuestId, UnitKind.Home, Example.Line(stay), new(2), Example.Price.Total, Example.Priced(stay), Example.Request().Policy),
            new TestableMessageHandlerContext());
        await change.Handle(new ChangeOpened(Stranger, Instead: null), new TestableMessageHandlerContext());
        await change.Handle(new NightsHeld(Stranger, Example.AskedAt, 1), new TestableMessageHandlerContext());

        await change.Handle(new ConfirmChange(Stranger, Stranger, "pm_card_visa"), heard);
        Assert.That((change.Data.Step, heard.SentMessages.Length), Is.EqualTo((BookingChangeSaga.Step.Proposed, 0)));

        await change.Handle(new ConfirmChange(Stranger, Example.GuestId, "pm_card_visa"), heard);
        Assert.That(change.Data.Step, Is.EqualTo(BookingChangeSaga.Step.Paying));
    }

    void Nothing_happened(BookingState status) =>
        Assert.That((saga.Data.Status, heard.SentMessages.Length, heard.PublishedMessages.Length), Is.EqualTo((status, 0, 0)));
}
