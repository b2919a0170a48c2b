using Roost.Domain;

namespace Roost.Contracts;

/// <summary>
/// Reserve the money on the guest's card without taking it. One payment has one id for ever: that of what it pays for (a booking, or the change of
/// one). A repeat changes nothing and publishes the outcome again.
/// </summary>
public sealed record AuthorizePayment(Guid PaymentId, Guid BookingId, Guid GuestId, Money Amount, string PaymentMethodId) : ICommand;

/// <summary>
/// The guest's time to pay is over. A payment that is not authorized yet is cancelled and <see cref="PaymentDeclined"/> says so (code: abandoned); one
/// that already is stays so, and <see cref="PaymentAuthorized"/> is published again. Either way exactly one of the two follows, as soon as Stripe's word is known.
/// </summary>
public sealed record AbandonPayment(Guid PaymentId) : ICommand;

/// <summary>
/// Take what was authorized, at most that and less what was refunded or voided before (the refund may overtake this); the rest is let go. Not before <paramref name="At"/>, unless the authorization would lapse earlier.
/// </summary>
/// <param name="Version">Grows when the instant moves: an older plan never replaces a newer one.</param>
public sealed record CapturePayment(Guid PaymentId, Money Amount, DateTimeOffset At, int Version = 0) : ICommand;

/// <summary>Let the money go, whatever state the payment is in: one still on its way is voided when it arrives, one already captured is refunded in full.</summary>
public sealed record VoidPayment(Guid PaymentId) : ICommand;

/// <summary>
/// Give back part or all. From money that is only authorized the refund is simply not taken: the planned capture becomes smaller, or a void when nothing
/// is left to take. A repeat with the same <paramref name="RefundId"/> changes nothing.
/// </summary>
public sealed record RefundPayment(Guid RefundId, Guid PaymentId, Money Amount, string Reason) : ICommand;

public sealed record PaymentAuthorized(Guid PaymentId, Guid BookingId, Money Amount, DateTimeOffset? CaptureBefore) : IEvent;

/// <summary>The guest must act (3-D Secure); the secret for the frontend stands in <c>payment.payment_view</c>, not in a message.</summary>
public sealed record PaymentRequiresAction(Guid PaymentId, Guid BookingId) : IEvent;

/// <param name="Code">A stable code: card_declined, insufficient_funds, expired_card, authentication_failed, …</param>
public sealed record PaymentDeclined(Guid PaymentId, Guid BookingId, string Code) : IEvent;

public sealed record PaymentCaptured(Guid PaymentId, Guid BookingId, Money Amount) : IEvent;

/// <summary>The answer to <see cref="VoidPayment"/>: nothing was or will be kept of this payment.</summary>
public sealed record PaymentVoided(Guid PaymentId, Guid BookingId) : IEvent;

public sealed record PaymentRefunded(Guid RefundId, Guid PaymentId, Guid BookingId, Money Amount, Money RefundedInTotal) : IEvent;

/// <summary>The refund cannot be made; staff must decide. The money still stands with the platform.</summary>
public sealed record RefundFailed(Guid RefundId, Guid PaymentId, Guid BookingId, Money Amount, string Code) : IEvent;

/// <summary>
/// Rules cannot settle this payment: its authorization lapsed before it was taken, or Stripe refused a step that should have worked. Nothing more is
/// done with it until staff have looked.
/// </summary>
public sealed record PaymentNeedsStaff(Guid PaymentId, Guid BookingId, string Code) : IEvent;
