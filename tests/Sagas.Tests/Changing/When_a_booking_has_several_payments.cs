using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Changing;

/// <summary>Three nights that have become four on later days: 342.00 EUR at first, and 114.00 for the change.</summary>
public sealed class When_a_booking_has_several_payments
{
    static readonly Guid ChangeId = ChangeWorld.ChangeId;
    static readonly Stay Moved = new(Example.Stay.CheckIn.AddDays(7), Example.Stay.CheckOut.AddDays(8));
    static readonly Money First = Example.Price.Total;
    static readonly Money Second = new(11_400, "EUR");

    BookingSaga saga = null!;
    TestableMessageHandlerContext moving = null!;

    [SetUp]
    public async Task A_stay_was_moved_and_made_longer()
    {
        (saga, moving) = (new BookingSaga { Data = (await ChangeWorld.Start()).Booking }, new());
        await saga.Handle(new OpenChange(Example.BookingId, ChangeId), new TestableMessageHandlerContext());
        await saga.Handle(
            new ApplyChange(Example.BookingId, ChangeId, Example.Line(Moved), new GuestCount(2), First, Example.Priced(Moved), Example.Request().Policy),
            new TestableMessageHandlerContext());
        await saga.Handle(new NightsMoved(Example.BookingId, ChangeId), moving);
    }

    /// <summary>P-31: at the arrival as it is now, also what was to be taken at the old one.</summary>
    [Test]
    public void Each_is_taken_at_the_new_arrival()
    {
        DateTimeOffset arrival = new(2027, 3, 22, 15, 0, 0, TimeSpan.Zero);

        Assert.That(moving.SentMessages.Select(sent => sent.Message).OfType<CapturePayment>(), Is.EqualTo(new[]
        {
            new CapturePayment(Example.BookingId, First, arrival, Version: 1), new CapturePayment(ChangeId, Second, arrival, Version: 1),
        }));
    }

    [Test]
    public async Task What_was_asked_for_already_is_not_asked_again_when_the_arrival_stays()
    {
        var (longer, context) = (new Stay(Moved.CheckIn, Moved.CheckOut.AddDays(1)), new TestableMessageHandlerContext());
        await saga.Handle(new OpenChange(Example.BookingId, ChangeWorld.Another), context);
        await saga.Handle(
            new ApplyChange(Example.BookingId, ChangeWorld.Another, Example.Line(longer), new GuestCount(2), First + Second, Example.Priced(longer), Example.Request().Policy), context);
        await saga.Handle(new NightsMoved(Example.BookingId, ChangeWorld.Another), context);

        Assert.That(context.FindSentMessage<CapturePayment>()?.PaymentId, Is.EqualTo(ChangeWorld.Another));
        Assert.That(context.SentMessages.Count(sent => sent.Message is CapturePayment), Is.EqualTo(1));
    }

    /// <summary>P-50: never more than each has, and all of it together.</summary>
    [TestCase(10_000, new[] { 10_000 })]
    [TestCase(11_400, new[] { 11_400 })]
    [TestCase(20_000, new[] { 11_400, 8_600 })]
    [TestCase(45_600, new[] { 11_400, 34_200 })]
    public async Task A_refund_is_made_of_the_newest_first(int amount, int[] parts)
    {
        var context = new TestableMessageHandlerContext();

        await saga.Handle(
            new CancelBooking(Example.BookingId, Actor.Staff, Example.HostId, BookingWorld.CancelledAt, "goodwill", new Money(amount, "EUR")), context);

        Guid[] payments = [ChangeId, Example.BookingId];
        Assert.That(context.SentMessages.Select(sent => sent.Message).OfType<RefundPayment>().Select(it => (it.PaymentId, (int)it.Amount.Amount)),
            Is.EqualTo(payments.Zip(parts)));
    }
}
