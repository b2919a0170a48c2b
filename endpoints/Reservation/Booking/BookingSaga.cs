using Roost.Contracts;
using Roost.Domain.Booking;
using Roost.Domain.Holding;
using static Roost.Domain.Booking.BookingEvent;

namespace Roost.Reservation.Booking;

/// <summary>
/// The life of one booking: hold the nights, authorize the money, ask the host if he wants to be asked, confirm; then arrival, departure, a change or a
/// cancellation. What may happen in which state is the table in <see cref="BookingStates"/>; whatever it does not allow has happened before or too late, and
/// changes nothing.
/// </summary>
/// <remarks>
/// The claim on the nights and the payment have the booking's id. What was asked of the calendar or of the payment is always answered, also when
/// there was nothing to give back, so that the saga knows at its end that nothing of it is left with anybody.
/// </remarks>
public sealed partial class BookingSaga : Saga<BookingSaga.State>,
    IAmStartedByMessages<PlaceBooking>, IHandleMessages<NightsHeld>, IHandleMessages<NightsRefused>,
    IHandleMessages<PaymentAuthorized>, IHandleMessages<PaymentDeclined>, IHandleTimeouts<BookingSaga.HoldRanOut>,
    IHandleMessages<AcceptBooking>, IHandleMessages<DeclineBooking>, IHandleMessages<NightsConfirmed>, IHandleMessages<NightsLost>
{
    protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(s => s.BookingId)
        .ToMessage<PlaceBooking>(m => m.BookingId)
        .ToMessage<NightsHeld>(m => m.HoldId).ToMessage<NightsRefused>(m => m.HoldId)
        .ToMessage<NightsConfirmed>(m => m.HoldId).ToMessage<NightsLost>(m => m.HoldId).ToMessage<NightsReleased>(m => m.HoldId)
        .ToMessage<NightsMoved>(m => m.HoldId).ToMessage<MoveRefused>(m => m.HoldId)
        .ToMessage<PaymentAuthorized>(m => m.BookingId).ToMessage<PaymentDeclined>(m => m.BookingId).ToMessage<PaymentVoided>(m => m.BookingId)
        .ToMessage<PaymentRefunded>(m => m.BookingId).ToMessage<RefundFailed>(m => m.BookingId)
        .ToMessage<PaymentNeedsStaff>(m => m.BookingId)
        .ToMessage<AcceptBooking>(m => m.BookingId).ToMessage<DeclineBooking>(m => m.BookingId)
        .ToMessage<CancelBooking>(m => m.BookingId).ToMessage<RecordNoShow>(m => m.BookingId)
        .ToMessage<OpenChange>(m => m.BookingId).ToMessage<ApplyChange>(m => m.BookingId);

    public async Task Handle(PlaceBooking message, IMessageHandlerContext context)
    {
        if (Data.Request is not null) return;

        Data.Request = message;
        Data.Nights = message.Nights;
        Data.Guests = message.Guests;
        Data.Price = message.Price;
        Data.Policy = message.Policy;
        await context.Publish(new BookingRequested(message.BookingId, message.GuestId, message.HostId, Data.NextVersion(), message));
        await context.Send(new HoldNights(message.BookingId, [message.Nights], HoldRules.Length(message.Kind), message.Offer));
    }

    /// <summary>The first hold asks for the money. The second one, longer, gives the host time to answer.</summary>
    public async Task Handle(NightsHeld message, IMessageHandlerContext context)
    {
        if (Data.HasEnded) await context.Send(new ReleaseNights(Data.BookingId)); // the release overtook the hold
        if (message.Version <= Data.HoldVersion) return;

        if (Data.Happens(BookingEvent.NightsHeld))
        {
            Data.HoldVersion = message.Version;
            await context.Publish(new BookingHeld(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), message.ExpiresAt));
            Data.Happens(PaymentAsked);
            Data.PaymentAsked = true;
            await context.Send(new AuthorizePayment(Data.BookingId, Data.BookingId, Data.GuestId, Data.Price.Total, Data.Request!.PaymentMethodId));
        }
        else if (Data.PaymentAuthorized && Data.Happens(HostAsked))
        {
            Data.HoldVersion = message.Version;
            await context.Publish(new BookingAwaitsHost(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), message.ExpiresAt));
        }
        else return;

        await RequestTimeout(context, message.ExpiresAt, new HoldRanOut { HoldVersion = message.Version });
    }

    public Task Handle(NightsRefused message, IMessageHandlerContext context) =>
        Data.Happens(BookingEvent.NightsRefused) ? Refuse(context, message.Reason) : Task.CompletedTask;

    public Task Handle(PaymentAuthorized message, IMessageHandlerContext context)
    {
        if (message.PaymentId != Data.BookingId || Data.PaymentAuthorized || Data.Status != BookingState.AwaitingPayment) return Task.CompletedTask;

        Data.PaymentAuthorized = true;
        return Data.Request!.InstantBook
            ? context.Send(new ConfirmNights(Data.BookingId))
            : context.Send(new ExtendHold(Data.BookingId, HoldRules.HostAnswer));
    }

    public async Task Handle(PaymentDeclined message, IMessageHandlerContext context)
    {
        if (message.PaymentId != Data.BookingId || Data.PaymentAuthorized) return;
        Data.PaymentAsked = false;
        var happens = message.Code == "abandoned" ? BookingEvent.HoldRanOut : PaymentRefused;
        if (!Data.Happens(happens)) return;

        await GiveBack(context);
        await Refuse(context, message.Code == "abandoned" ? "payment_too_late" : message.Code);
    }

    /// <summary>
    /// The guest's time is over, but whether the money came in time only the payment knows: it either stops trying or says that it is authorized, and then the nights
    /// are taken again if they are still free. A deadline of an earlier hold is not this one's.
    /// </summary>
    public async Task Timeout(HoldRanOut state, IMessageHandlerContext context)
    {
        if (state.HoldVersion != Data.HoldVersion || Data.HostAccepted) return;

        if (Data.Status == BookingState.AwaitingPayment && !Data.PaymentAuthorized)
        {
            await context.Send(new AbandonPayment(Data.BookingId));
        }
        else if (Data.Status == BookingState.AwaitingHost && Data.Happens(BookingEvent.HoldRanOut))
        {
            await GiveBack(context);
            await Refuse(context, "host_did_not_answer");
        }
    }

    public Task Handle(AcceptBooking message, IMessageHandlerContext context)
    {
        if (message.HostId != Data.HostId || !Data.Happens(BookingEvent.HostAccepted)) return Task.CompletedTask;

        Data.HostAccepted = true;
        return context.Send(new ConfirmNights(Data.BookingId));
    }

    public async Task Handle(DeclineBooking message, IMessageHandlerContext context)
    {
        if (message.HostId != Data.HostId || !Data.Happens(HostDeclined)) return;

        await GiveBack(context);
        await Refuse(context, "host_declined");
    }

    public async Task Handle(NightsConfirmed message, IMessageHandlerContext context)
    {
        if (!Data.Happens(BookingEvent.NightsConfirmed)) return;

        await context.Publish(new BookingConfirmed(
            Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), Data.Request!.ListingId, Data.Nights, Data.Price.Total));
        await Collect(context, Data.BookingId, Data.Price.Total);
        await AwaitArrival(context);
    }

    /// <summary>The hold had lapsed and somebody else was quicker: money that came too late goes back.</summary>
    public async Task Handle(NightsLost message, IMessageHandlerContext context)
    {
        if (!Data.Happens(BookingEvent.HoldRanOut)) return;

        await GiveBack(context);
        await Refuse(context, "nights_lost");
    }

    async Task Refuse(IMessageHandlerContext context, string code)
    {
        await context.Publish(new BookingRefused(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), Data.Status, code));
        await ForgetWhenSettled(context);
    }

    public sealed record HoldRanOut
    {
        public int HoldVersion { get; init; }
    }
}
