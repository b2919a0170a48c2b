namespace Roost.Domain.Booking;

/// <summary>Where a booking stands. Payment, payout, refund and dispute have states of their own.</summary>
public enum BookingState
{
    Requested,
    Held,
    AwaitingPayment,
    AwaitingHost,
    Confirmed,
    InStay,
    Completed,

    Unavailable,
    Expired,
    Declined,
    PaymentFailed,
    Cancelled,
    NoShow,
}

/// <summary>What can happen to a booking.</summary>
public enum BookingEvent
{
    NightsHeld,
    NightsRefused,
    PaymentAsked,
    HostAsked,
    HostAccepted,
    HostDeclined,
    NightsConfirmed,
    PaymentRefused,
    HoldRanOut,

    /// <summary>The money came after the hold had run out, and the nights could be taken again.</summary>
    NightsRetaken,
    Changed,
    CheckedIn,
    GuestStayedAway,
    CheckedOut,
    CalledOff,
}

/// <summary>Who makes it happen. A person can be guest of one booking and host of another.</summary>
[Flags]
public enum Actor
{
    None = 0,
    Guest = 1,
    Host = 2,
    System = 4,
    Staff = 8,
}

/// <summary>What happens to the nights.</summary>
public enum NightsEffect
{
    Untouched,
    Taken,
    Booked,
    Moved,
    GivenBack,
}
