using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;

namespace Roost.Reservation.Booking;

/// <summary>
/// The first and the last step of a change: it is the one open change of the booking; and when its nights are held and its money is authorized, it is applied, if the
/// booking is still the one that the price difference was computed for.
/// </summary>
public sealed partial class BookingSaga :
    IHandleMessages<OpenChange>, IHandleMessages<ApplyChange>, IHandleMessages<NightsMoved>, IHandleMessages<MoveRefused>
{
    public async Task Handle(OpenChange message, IMessageHandlerContext context)
    {
        if (message.ChangeId == Data.NewestChange || Data.Changes.Contains(message.ChangeId)) return;
        if (message.ChangeId.CompareTo(Data.NewestChange) < 0)
        {
            await context.SendLocal(new ChangeRejected(message.ChangeId, "replaced"));
            return;
        }
        if (!BookingStates.May(Actor.Guest, BookingEvent.Changed, Data.Status) || Data.Change is not null)
        {
            await context.SendLocal(new ChangeRejected(message.ChangeId, "booking_changed_meanwhile"));
            return;
        }

        var older = OpenChangeId;
        await RejectOpenChange(context, "replaced");
        Data.NewestChange = message.ChangeId;
        await context.SendLocal(new ChangeOpened(message.ChangeId, Instead: older));
    }

    public Task Handle(ApplyChange message, IMessageHandlerContext context)
    {
        if (Data.Change?.ChangeId == message.ChangeId) return Task.CompletedTask;
        // A late copy must not have it rejected: the change would give up the money that the booking now counts on.
        if (Data.Changes.Contains(message.ChangeId)) return context.SendLocal(new ChangeApplied(message.ChangeId));
        if (message.ChangeId != Data.NewestChange || !BookingStates.May(Actor.Guest, BookingEvent.Changed, Data.Status) || Data.Price.Total != message.OldPrice)
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
        message.ChangeId == Data.Change?.ChangeId ? RejectOpenChange(context, message.Reason) : Task.CompletedTask;

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

    /// <summary>It may have ended by itself: then it does not listen any more.</summary>
    Guid? OpenChangeId => Data.NewestChange == Guid.Empty || Data.Changes.Contains(Data.NewestChange) ? null : Data.NewestChange;

    async Task RejectOpenChange(IMessageHandlerContext context, string code)
    {
        Data.Change = null;
        if (OpenChangeId is { } changeId) await context.SendLocal(new ChangeRejected(changeId, code));
    }
}
