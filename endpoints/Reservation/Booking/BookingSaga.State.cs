using System.Runtime.Serialization;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Time;

namespace Roost.Reservation.Booking;

public sealed partial class BookingSaga
{
    public sealed class State : ContainSagaData
    {
        public Guid BookingId { get; set; }
        public BookingState Status { get; set; }

        /// <summary>Counts what was told about this booking.</summary>
        public int Version { get; set; }

        /// <summary>As it was asked for; what a change can alter stands below.</summary>
        public PlaceBooking? Request { get; set; }
        public NightsLine Nights { get; set; } = null!; // set by PlaceBooking, as are guests and price
        public GuestCount Guests { get; set; } = null!;
        public PriceBreakdown Price { get; set; } = null!;
        public CancellationPolicy Policy { get; set; } = null!;

        public int HoldVersion { get; set; }
        public bool PaymentAsked { get; set; }
        public bool PaymentAuthorized { get; set; }
        public bool HostAccepted { get; set; }

        public List<Payment> Payments { get; set; } = [];

        /// <summary>The only one that can still be applied, unless it was.</summary>
        public Guid NewestChange { get; set; }

        /// <summary>The change whose nights are being moved now.</summary>
        public ApplyChange? Change { get; set; }

        /// <summary>Those that were applied.</summary>
        public List<Guid> Changes { get; set; } = [];

        /// <summary>Grows when the dates change: a timeout for the old ones is not for the new.</summary>
        public int DatesVersion { get; set; }

        /// <summary>What was asked to go back and has not been answered: the claim (under the booking's id), voided payments, refunds.</summary>
        public List<Guid> GoingBack { get; set; } = [];
        public bool NightsGoingBack { get; set; }
        public bool Settled { get; set; }

        /// <summary>Part by part, what a cancellation gives back.</summary>
        public List<PricePart> Refunded { get; set; } = [];

        [IgnoreDataMember] public Guid GuestId => Request!.GuestId;
        [IgnoreDataMember] public Guid HostId => Request!.HostId;
        [IgnoreDataMember] public bool HasEnded => BookingStates.Ended.Contains(Status);
        [IgnoreDataMember] public DateTimeOffset ArrivesAt => Times.CheckInAt(new Stay(Nights.CheckIn, Nights.CheckOut));
        [IgnoreDataMember] public DateTimeOffset LeavesAt => Times.CheckOutAt(new Stay(Nights.CheckIn, Nights.CheckOut));

        [IgnoreDataMember]
        public ListingTimes Times => new(Request!.TimeZone, Request.CheckInTime, Request.CheckOutTime);

        public int NextVersion() => ++Version;

        /// <summary>Takes the step if the table of states knows it from here; false: it has happened, or cannot any more.</summary>
        public bool Happens(BookingEvent happening)
        {
            if (BookingStates.Next(Status, happening) is not { } transition) return false;
            Status = transition.To;
            return true;
        }
    }

    /// <summary>The booking itself, or a change that cost more.</summary>
    public sealed class Payment
    {
        public Guid PaymentId { get; set; }
        public Money Paid { get; set; } = null!;
        public Money Refunded { get; set; } = null!;
    }
}
