using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;

namespace Roost.Reservation.Booking;

/// <summary>Cancelling, and what everything that ended still owes: nights to the calendar, money to the guest.</summary>
public sealed partial class BookingSaga : IHandleMessages<CancelBooking>,
    IHandleMessages<NightsReleased>, IHandleMessages<PaymentVoided>, IHandleMessages<PaymentRefunded>, IHandleMessages<RefundFailed>,
    IHandleMessages<PaymentNeedsStaff>,
    IHandleTimeouts<BookingSaga.TimeToForget>
{
    /// <summary>Longer than any duplicate of a message can take: a late copy of the request finds the saga and not an empty place.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromDays(40);

    public async Task Handle(CancelBooking message, IMessageHandlerContext context)
    {
        if (!BookingStates.May(message.By, BookingEvent.CalledOff, Data.Status)) return;

        var wasConfirmed = Data.Status is BookingState.Confirmed or BookingState.InStay;
        Data.Happens(BookingEvent.CalledOff);
        var cancellation = wasConfirmed ? Decide(message) : null;
        if (wasConfirmed)
        {
            await RejectOpenChange(context, "booking_cancelled");
            await ReleaseNights(context);
            await GiveMoneyBack(context, cancellation!.Refund.Total, message.Reason);
            Data.Refunded.AddRange(cancellation.Refund.Parts());
        }
        else await GiveBack(context);

        await context.Publish(new BookingCancelled(
            Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), Data.Request!.ListingId, Data.Nights, message.By, message.Reason,
            cancellation?.Refund.Total ?? Money.Zero(Data.Price.Currency),
            cancellation is { HostPenalty: var penalty } && penalty.IsPositive() ? penalty : null));
        await ForgetWhenSettled(context);
    }

    Cancellation Decide(CancelBooking message)
    {
        var booking = new CancellableBooking(Data.Price, Data.Refunded, Data.Policy, Data.Times);
        return message.By switch
        {
            Actor.Guest => Cancellations.ByGuest(booking, message.AskedAt),
            Actor.Host => Cancellations.ByHost(booking, message.AskedAt),
            Actor.Staff when message.Refund is { } said =>
                Cancellations.ByStaff(booking, message.AskedAt, Money.Min(said, Refunds.Remaining(booking.Price, booking.Refunded))),
            _ => Cancellations.BySystem(booking, message.AskedAt),
        };
    }

    public Task Handle(NightsReleased message, IMessageHandlerContext context)
    {
        Data.NightsGoingBack = false;
        return ForgetWhenSettled(context);
    }

    public Task Handle(PaymentVoided message, IMessageHandlerContext context)
    {
        Data.GoingBack.Remove(message.PaymentId);
        return ForgetWhenSettled(context);
    }

    public async Task Handle(PaymentRefunded message, IMessageHandlerContext context)
    {
        if (!Data.GoingBack.Remove(message.RefundId)) return;

        await context.Publish(new BookingRefunded(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), message.Amount));
        await ForgetWhenSettled(context);
    }

    /// <summary>The refund stays on the list of what is owed, so that this booking is not forgotten before staff solved it.</summary>
    public Task Handle(RefundFailed message, IMessageHandlerContext context) =>
        context.Publish(new BookingNeedsStaff(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), message.Code));

    public Task Handle(PaymentNeedsStaff message, IMessageHandlerContext context) =>
        context.Publish(new BookingNeedsStaff(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), message.Code));

    public Task Timeout(TimeToForget state, IMessageHandlerContext context)
    {
        MarkAsComplete();
        return Task.CompletedTask;
    }

    /// <summary>Before the confirmation: the claim is given up and the payment, if there is one, is let go.</summary>
    async Task GiveBack(IMessageHandlerContext context)
    {
        await ReleaseNights(context);
        if (!Data.PaymentAsked) return;

        Data.GoingBack.Add(Data.BookingId);
        await context.Send(new VoidPayment(Data.BookingId));
    }

    Task ReleaseNights(IMessageHandlerContext context)
    {
        Data.NightsGoingBack = true;
        return context.Send(new ReleaseNights(Data.BookingId));
    }

    /// <summary>From the newest payment backwards, never more than each still has.</summary>
    async Task GiveMoneyBack(IMessageHandlerContext context, Money amount, string reason)
    {
        foreach (var payment in Data.Payments.AsEnumerable().Reverse())
        {
            var part = Money.Min(amount, payment.Paid - payment.Refunded);
            if (!part.IsPositive()) continue;

            payment.Refunded += part;
            amount -= part;
            var refundId = DerivedId.From(payment.PaymentId, $"refund {payment.Refunded.Amount}");
            Data.GoingBack.Add(refundId);
            await context.Send(new RefundPayment(refundId, payment.PaymentId, part, reason));
        }
    }

    async Task ForgetWhenSettled(IMessageHandlerContext context)
    {
        if (Data.Settled || !Data.HasEnded || Data.NightsGoingBack || Data.GoingBack.Count > 0) return;

        Data.Settled = true;
        await RequestTimeout(context, Remembered, new TimeToForget());
    }

    public sealed record TimeToForget;
}
