using Roost.Contracts;
using Roost.Domain.Booking;

namespace Roost.Reservation.Booking;

/// <summary>
/// Arrival and departure, at the listing's own time of day. Which instant that is, a country may still decide after the booking (P-09): it is looked at again shortly
/// before, so that new rules of a zone move it in both directions.
/// </summary>
public sealed partial class BookingSaga :
    IHandleTimeouts<BookingSaga.ArrivalIsDue>, IHandleTimeouts<BookingSaga.DepartureIsDue>, IHandleMessages<RecordNoShow>
{
    /// <summary>No rules have moved a clock by more than a day; and within these days hardly any are made.</summary>
    static readonly TimeSpan LookAgainBefore = TimeSpan.FromDays(2);

    public async Task Timeout(ArrivalIsDue state, IMessageHandlerContext context)
    {
        if (state.DatesVersion != Data.DatesVersion || Data.Status != BookingState.Confirmed) return;
        if (Data.ArrivesAt > state.At)
        {
            if (Data.ArrivesAt != state.Planned) await MoveArrival(context);
            await AwaitArrival(context, at: Data.ArrivesAt);
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
            await AwaitDeparture(context, at: Data.LeavesAt);
            return;
        }

        Data.Happens(BookingEvent.CheckedOut);
        await RejectOpenChange(context, "stay_is_over");
        await Complete(context, noShow: false);
    }

    public async Task Handle(RecordNoShow message, IMessageHandlerContext context)
    {
        if (message.HostId != Data.HostId || !Data.Happens(BookingEvent.GuestStayedAway)) return;

        await RejectOpenChange(context, "no_show");
        await ReleaseNights(context);
        await Complete(context, noShow: true);
    }

    async Task Complete(IMessageHandlerContext context, bool noShow)
    {
        await context.Publish(new StayCompleted(Data.BookingId, Data.GuestId, Data.HostId, Data.NextVersion(), Data.Request!.ListingId, noShow));
        await ForgetWhenSettled(context);
    }

    /// <summary>The zone's rules changed after the booking: the local time stands, the instant moved.</summary>
    Task MoveArrival(IMessageHandlerContext context)
    {
        Data.DatesVersion++;
        return PlanCaptures(context);
    }

    Task AwaitArrival(IMessageHandlerContext context) => AwaitArrival(context, at: Data.ArrivesAt - LookAgainBefore);

    Task AwaitArrival(IMessageHandlerContext context, DateTimeOffset at) =>
        RequestTimeout(context, at, new ArrivalIsDue { At = at, Planned = Data.ArrivesAt, DatesVersion = Data.DatesVersion });

    Task AwaitDeparture(IMessageHandlerContext context) =>
        AwaitDeparture(context, at: Data.LeavesAt - LookAgainBefore > Data.ArrivesAt ? Data.LeavesAt - LookAgainBefore : Data.LeavesAt);

    Task AwaitDeparture(IMessageHandlerContext context, DateTimeOffset at) =>
        RequestTimeout(context, at, new DepartureIsDue { At = at, DatesVersion = Data.DatesVersion });

    public sealed record ArrivalIsDue
    {
        public DateTimeOffset At { get; init; }

        /// <summary>When the arrival was to be as the rules were then.</summary>
        public DateTimeOffset Planned { get; init; }
        public int DatesVersion { get; init; }
    }

    public sealed record DepartureIsDue
    {
        public DateTimeOffset At { get; init; }
        public int DatesVersion { get; init; }
    }
}
