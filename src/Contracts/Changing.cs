using Roost.Domain;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;

namespace Roost.Contracts;

/// <summary>
/// Ask for other dates, guests or quantity. The new nights are held before the old are given up; the booking stays as it is until the guest
/// confirms and everything else succeeded. Price and policy are what a change at this moment makes of them. <paramref name="OldPrice"/> is what the new price was compared with: a booking that has changed since refuses.
/// </summary>
public sealed record RequestChange(
    Guid ChangeId, Guid BookingId, Guid GuestId, UnitKind Kind, NightsLine Nights, GuestCount Guests, Money OldPrice, PriceBreakdown Price,
    CancellationPolicy Policy) : ICommand;

/// <summary>
/// Before its nights are held: a booking has one open change, and a newer one takes the place of an older. Which is newer, the ids say. Answered by
/// <see cref="ChangeOpened"/> or <see cref="ChangeRejected"/>.
/// </summary>
public sealed record OpenChange(Guid BookingId, Guid ChangeId) : ICommand;

/// <param name="Instead">The change that was open until now, whose nights this one may have.</param>
public sealed record ChangeOpened(Guid ChangeId, Guid? Instead) : ICommand;

public sealed record ConfirmChange(Guid ChangeId, Guid GuestId, string PaymentMethodId) : ICommand;

/// <summary>Its nights are held and its money is authorized: the booking may take the new shape. Answered by <see cref="ChangeApplied"/> or <see cref="ChangeRejected"/>.</summary>
public sealed record ApplyChange(
    Guid BookingId, Guid ChangeId, NightsLine Nights, GuestCount Guests, Money OldPrice, PriceBreakdown Price, CancellationPolicy Policy) : ICommand;

public sealed record ChangeApplied(Guid ChangeId) : ICommand;

/// <summary>
/// The booking does not take it, or no more: it has ended, or another change took the place of this one. Whatever this one has is given back.
/// </summary>
public sealed record ChangeRejected(Guid ChangeId, string Code) : ICommand;

/// <summary>The new nights are held until <paramref name="ExpiresAt"/>; the guest may confirm. A negative difference goes back.</summary>
public sealed record ChangeProposed(Guid ChangeId, Guid BookingId, Money Difference, DateTimeOffset ExpiresAt) : IEvent;

/// <summary>The booking stays as it was.</summary>
public sealed record ChangeRefused(Guid ChangeId, Guid BookingId, string Code) : IEvent;

/// <param name="Refund">What goes back to the guest because the new stay is cheaper; null when it is not.</param>
public sealed record BookingChanged(
    Guid BookingId, Guid GuestId, Guid HostId, int Version, Guid ChangeId, NightsLine Nights, GuestCount Guests,
    PriceBreakdown Price, CancellationPolicy Policy, Money? Refund = null) : IBookingEvent;
