using Roost.Contracts;
using Roost.Domain.Booking;

namespace Roost.Reservation.Booking;

/// <summary>Arrival and departure, at the listing's own time of day.</summary>
public sealed partial class BookingSaga :
    IHandleTimeouts<BookingSaga.ArrivalIsDue>, IHandleTimeouts<BookingSaga.DepartureIsDue>, IHandleMessages<RecordNoShow>
{
    public async Task Timeout(ArrivalIsDue state, IMessageHandlerContext context)
    {
        if (state.DatesVersion != Data.DatesVersion || Data.Status != BookingState.Confirmed) return;
        if (Data.ArrivesAt > state.At)
        {
            await AwaitArrival(context); // the zone's rules changed after the booking: the local time stands, the instant moved
            return;
        }

        Data.Happens(BookingEvent.CheckedIn);
        await context.Publish(new GuestCheckedIn(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion()));
        await AwaitDeparture(context);
    }

    public async Task Timeout(DepartureIsDue state, IMessageHandlerContext context)
    {
        if (state.DatesVersion != Data.DatesVersion || Data.Status != BookingState.InStay) return;
        if (Data.LeavesAt > state.At)
        {
            await AwaitDeparture(context);
            return;
        }

        Data.Happens(BookingEvent.CheckedOut);
        await RejectPendingChange(context, "stay_is_over");
        await Complete(context, noShow: false);
    }

    public async Task Handle(RecordNoShow message, IMessageHandlerContext context)
    {
        if (message.HostId != Data.HostId || !Data.Happens(BookingEvent.GuestStayedAway)) return;

        await RejectPendingChange(context, "no_show");
        await ReleaseNights(context);
        await Complete(context, noShow: true);
    }

    async Task Complete(IMessageHandlerContext context, bool noShow)
    {
        await context.Publish(new StayCompleted(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), Data.Request!.ListingId, noShow));
        await ForgetWhenSettled(context);
    }

    Task AwaitArrival(IMessageHandlerContext context) =>
        RequestTimeout(context, Data.ArrivesAt, new ArrivalIsDue { At = Data.ArrivesAt, DatesVersion = Data.DatesVersion });

    Task AwaitDeparture(IMessageHandlerContext context) =>
        RequestTimeout(context, Data.LeavesAt, new DepartureIsDue { At = Data.LeavesAt, DatesVersion = Data.DatesVersion });

    public sealed record ArrivalIsDue
    {
        public DateTimeOffset At { get; init; }
        public int DatesVersion { get; init; }
    }

    public sealed record DepartureIsDue
    {
        public DateTimeOffset At { get; init; }
        public int DatesVersion { get; init; }
    }
}
