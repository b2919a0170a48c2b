namespace Roost.Contracts;

/// <summary>Nights of one unit: half-open, the day of check-out is free.</summary>
public sealed record NightsLine(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Quantity);

/// <summary>
/// Keep these nights out of sale for a while: all lines or none. Sending it twice finds the first claim and gives the same answer; one that
/// was given back or is sold by now is not taken again (that can only be a late copy). Answered by <see cref="NightsHeld"/> or <see cref="NightsRefused"/>.
/// </summary>
/// <param name="HoldId">Whoever needs the nights: the booking, or the change of a booking.</param>
/// <param name="Offer">A waitlist offer whose claim this hold takes over.</param>
public sealed record HoldNights(Guid HoldId, IReadOnlyList<NightsLine> Lines, TimeSpan Duration, Guid? Offer = null) : ICommand;

/// <summary>The nights are out of sale until <paramref name="ExpiresAt"/> by the database's clock. <paramref name="Version"/> grows when the hold is extended.</summary>
public sealed record NightsHeld(Guid HoldId, DateTimeOffset ExpiresAt, int Version) : IMessage;

/// <param name="Reason">
/// A stable code: nights_unavailable, closed, unknown_unit, given_back, offer_ended, or that of the limit it is beyond (date_past, lead_time_too_short,
/// beyond_horizon, stay_too_short, stay_too_long, date, above_capacity).
/// </param>
public sealed record NightsRefused(Guid HoldId, string Reason, Guid UnitId, DateOnly? FirstNight) : IMessage;

/// <summary>
/// The held nights are sold. A hold that has lapsed is taken again if the nights are still free. Answered by <see cref="NightsConfirmed"/> or
/// <see cref="NightsLost"/>; a repeat gets the same answer.
/// </summary>
public sealed record ConfirmNights(Guid HoldId) : ICommand;

public sealed record NightsConfirmed(Guid HoldId) : IMessage;

/// <summary>The hold had lapsed and somebody else has the nights now.</summary>
public sealed record NightsLost(Guid HoldId) : IMessage;

/// <summary>Give the nights back, held or booked. A repeat, or one for nights that were never taken, changes nothing and is answered all the same.</summary>
public sealed record ReleaseNights(Guid HoldId) : ICommand;

public sealed record NightsReleased(Guid HoldId) : IMessage;

/// <summary>
/// Once per hold: while a payment is in flight, or for as long as a host may take to answer. A hold that has lapsed is taken again if the nights are still free. Answered by <see cref="NightsHeld"/> with a higher version, or <see cref="NightsLost"/>.
/// </summary>
public sealed record ExtendHold(Guid HoldId, TimeSpan Duration) : ICommand;

/// <summary>
/// Turns the booked nights of <paramref name="HoldId"/> into those held for <paramref name="ChangeId"/>: the new ones are booked and the old ones free in one step, or
/// nothing changes. Answered by <see cref="NightsMoved"/> or <see cref="MoveRefused"/>.
/// </summary>
public sealed record MoveNights(Guid HoldId, Guid ChangeId) : ICommand;

public sealed record NightsMoved(Guid HoldId, Guid ChangeId) : IMessage;

public sealed record MoveRefused(Guid HoldId, Guid ChangeId, string Reason) : IMessage;

/// <summary>
/// Hold the nights that a changed booking needs beyond its own: its own nights count as free for it. Answered like <see cref="HoldNights"/>.
/// </summary>
/// <param name="Instead">Another change of the same booking, whose nights this one takes over: those of both were never free in between.</param>
public sealed record HoldNightsForChange(
    Guid ChangeId, Guid HoldId, IReadOnlyList<NightsLine> Lines, TimeSpan Duration, Guid? Instead = null) : ICommand;
