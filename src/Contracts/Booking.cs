using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;

namespace Roost.Contracts;

/// <summary>
/// Book these nights at this price. Web made it from a quote that it checked, in the transaction that took the idempotency key.
/// Names and wishes of the guest stay with Web: nothing personal travels. A repeat changes nothing.
/// </summary>
/// <param name="Offer">The waitlist offer that this booking answers.</param>
public sealed record PlaceBooking(
    Guid BookingId, string ConfirmationCode, Guid GuestId, Guid HostId, Guid ListingId, UnitKind Kind, NightsLine Nights, GuestCount Guests,
    bool InstantBook, string TimeZone, TimeOnly CheckInTime, TimeOnly CheckOutTime, PriceBreakdown Price, CancellationPolicy Policy,
    string PaymentMethodId, Guid? Offer = null) : ICommand;

/// <summary>The host's answer to a request; ignored unless the booking waits for it.</summary>
public sealed record AcceptBooking(Guid BookingId, Guid HostId) : ICommand;

public sealed record DeclineBooking(Guid BookingId, Guid HostId, string? Reason) : ICommand;

/// <summary>End a booking in any state before it is over. The first one counts; a repeat changes nothing.</summary>
/// <param name="AskedAt">When it was asked for, by the database's clock: the policy counts from there, however long the message travels.</param>
/// <param name="Refund">Staff only: the amount to give back, whatever the policy says.</param>
public sealed record CancelBooking(Guid BookingId, Actor By, Guid ActorId, DateTimeOffset AskedAt, string Reason, Money? Refund = null) : ICommand;

/// <summary>The host says that the guest never came. Ignored before the time of check-in.</summary>
public sealed record RecordNoShow(Guid BookingId, Guid HostId) : ICommand;

/// <summary>
/// What happens to a booking, told to everybody. <see cref="Version"/> counts the steps of one booking, so that an older step never overwrites a newer one
/// and a step that was told twice is known.
/// </summary>
public interface IBookingEvent : IEvent
{
    Guid BookingId { get; }
    Guid GuestId { get; }
    Guid HostId { get; }
    int Version { get; }
}

public sealed record BookingRequested(Guid BookingId, Guid GuestId, Guid HostId, int Version, PlaceBooking Request) : IBookingEvent;

public sealed record BookingHeld(Guid BookingId, Guid GuestId, Guid HostId, int Version, DateTimeOffset PayBy) : IBookingEvent;

public sealed record BookingAwaitsHost(Guid BookingId, Guid GuestId, Guid HostId, int Version, DateTimeOffset AnswerBy) : IBookingEvent;

public sealed record BookingConfirmed(Guid BookingId, Guid GuestId, Guid HostId, int Version, Guid ListingId, NightsLine Nights, Money Total) : IBookingEvent;

/// <summary>It ended without ever being confirmed. <paramref name="Code"/> says why in a stable word: nights_unavailable, card_declined, paid_too_late, …</summary>
public sealed record BookingRefused(Guid BookingId, Guid GuestId, Guid HostId, int Version, BookingState Status, string Code) : IBookingEvent;

public sealed record BookingCancelled(
    Guid BookingId, Guid GuestId, Guid HostId, int Version, Guid ListingId, NightsLine Nights, Actor By, string Reason, Money Refund, Money? HostPenalty) : IBookingEvent;

/// <summary>The money of a cancellation has gone back, or nothing had to.</summary>
public sealed record BookingRefunded(Guid BookingId, Guid GuestId, Guid HostId, int Version, Money Refunded) : IBookingEvent;

/// <summary>Something about this booking cannot be settled by rules; staff must look.</summary>
public sealed record BookingNeedsStaff(Guid BookingId, Guid GuestId, Guid HostId, int Version, string Code) : IBookingEvent;

public sealed record GuestCheckedIn(Guid BookingId, Guid GuestId, Guid HostId, int Version) : IBookingEvent;

public sealed record StayCompleted(Guid BookingId, Guid GuestId, Guid HostId, int Version, Guid ListingId, bool NoShow) : IBookingEvent;
