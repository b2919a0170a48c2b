using Roost.Contracts;
using Roost.Domain.Booking;

namespace Roost.Reservation.Viewing;

/// <summary>Keeps what people see of a booking, from the events of its saga, in whatever order they come.</summary>
public sealed class BookingProjection(BookingRows rows) : IHandleMessages<IBookingEvent>
{
    public async Task Handle(IBookingEvent message, IMessageHandlerContext context)
    {
        await rows.Write(StepOf(message), context.CancellationToken);
        if (message is BookingCancelled { HostPenalty: { } penalty })
            await rows.RecordPenalty(message.BookingId, message.HostId, penalty, context.CancellationToken);
    }

    static BookingStep StepOf(IBookingEvent message) => message switch
    {
        BookingRequested it => new(it, "requested", BookingState.Requested) { Request = it.Request, Shape = Shape.Of(it.Request) },
        BookingHeld it => new(it, "held", BookingState.AwaitingPayment) { PayBy = it.PayBy },
        BookingAwaitsHost it => new(it, "awaiting_host", BookingState.AwaitingHost) { AnswerBy = it.AnswerBy },
        BookingConfirmed it => new(it, "confirmed", BookingState.Confirmed),
        BookingRefused it => new(it, it.Status.Name(), it.Status) { Code = it.Code, Details = new { code = it.Code } },
        BookingChanged it => new(it, "changed") { Shape = Shape.Of(it), Details = it.Refund is { } refund ? new { refund = refund.Amount } : null },
        BookingCancelled it => new(it, "cancelled", BookingState.Cancelled)
        {
            Cancelled = it, Details = new { by = it.By.ToString().ToLowerInvariant(), refund = it.Refund.Amount },
        },
        BookingRefunded it => new(it, "refunded") { Details = new { refunded = it.Refunded.Amount } },
        BookingNeedsStaff it => new(it, "needs_staff") { Details = new { code = it.Code } },
        GuestCheckedIn it => new(it, "checked_in", BookingState.InStay),
        StayCompleted { NoShow: true } it => new(it, "no_show", BookingState.NoShow),
        StayCompleted it => new(it, "completed", BookingState.Completed),
        _ => throw new InvalidOperationException($"Nobody said how {message.GetType().Name} of booking {message.BookingId} looks."),
    };
}
