using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;

namespace Roost.Reservation.Booking;

/// <summary>
/// The last step of a change: its nights are held and its money is authorized. One change at a time, and only of the booking that the price difference was computed for.
/// </summary>
public sealed partial class BookingSaga : IHandleMessages<ApplyChange>, IHandleMessages<NightsMoved>, IHandleMessages<MoveRefused>
{
    public Task Handle(ApplyChange message, IMessageHandlerContext context)
    {
        if (Data.Change?.ChangeId == message.ChangeId) return Task.CompletedTask;
        // A late copy must not have it rejected: the change would give up the money that the booking now counts on.
        if (Data.Changes.Contains(message.ChangeId)) return context.SendLocal(new ChangeApplied(message.ChangeId));
        if (!BookingStates.May(Actor.Guest, BookingEvent.Changed, Data.Status) || Data.Change is not null || Data.Price.Total != message.OldPrice)
            return context.SendLocal(new ChangeRejected(message.ChangeId, "booking_changed_meanwhile"));
        // Asked for before the arrival and confirmed after it: a stay that has begun does not move to another day.
        if (Data.Status == BookingState.InStay && message.Nights.CheckIn != Data.Nights.CheckIn)
            return context.SendLocal(new ChangeRejected(message.ChangeId, "stay_has_begun"));

        Data.Change = message;
        return context.Send(new MoveNights(Data.BookingId, message.ChangeId));
    }

    public async Task Handle(NightsMoved message, IMessageHandlerContext context)
    {
        if (Data.HasEnded) await ReleaseNights(context); // it was cancelled while the nights moved
        if (Data.Change is not { } change || change.ChangeId != message.ChangeId || !Data.Happens(BookingEvent.Changed)) return;

        var (difference, arrivedAt) = (change.Price.Total - Data.Price.Total, Data.ArrivesAt);
        (Data.Nights, Data.Guests, Data.Price, Data.Policy, Data.Change) = (change.Nights, change.Guests, change.Price, change.Policy, null);
        Data.Changes.Add(change.ChangeId);
        Data.DatesVersion++;
        await context.Publish(new BookingChanged(
            Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), change.ChangeId, change.Nights, change.Guests,
            change.Price, change.Policy, Refund: difference.IsNegative() ? -difference : null));
        await context.SendLocal(new ChangeApplied(change.ChangeId));
        if (Data.ArrivesAt != arrivedAt) await PlanCaptures(context);
        await Settle(context, difference, change.ChangeId);
        await (Data.Status == BookingState.InStay ? AwaitDeparture(context) : AwaitArrival(context));
    }

    public Task Handle(MoveRefused message, IMessageHandlerContext context) =>
        message.ChangeId == Data.Change?.ChangeId ? RejectPendingChange(context, message.Reason) : Task.CompletedTask;

    async Task Settle(IMessageHandlerContext context, Money difference, Guid changeId)
    {
        if (difference.IsNegative()) await GiveMoneyBack(context, -difference, "booking changed");
        else if (difference.IsPositive()) await Collect(context, changeId, difference);
    }

    /// <summary>What is authorized is taken on arrival.</summary>
    Task Collect(IMessageHandlerContext context, Guid paymentId, Money amount)
    {
        Data.Payments.Add(new Payment { PaymentId = paymentId, Paid = amount, Refunded = Money.Zero(amount.Currency) });
        return context.Send(Capture(Data.Payments[^1]));
    }

    /// <summary>The arrival is at another instant, and the payments know only the old one.</summary>
    async Task PlanCaptures(IMessageHandlerContext context)
    {
        foreach (var payment in Data.Payments) await context.Send(Capture(payment));
    }

    CapturePayment Capture(Payment payment) => new(payment.PaymentId, payment.Paid, At: Data.ArrivesAt, Data.DatesVersion);

    async Task RejectPendingChange(IMessageHandlerContext context, string code)
    {
        if (Data.Change is not { } change) return;

        Data.Change = null;
        await context.SendLocal(new ChangeRejected(change.ChangeId, code));
    }
}
