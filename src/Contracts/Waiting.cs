namespace Roost.Contracts;

/// <summary>Somebody waits for nights that are taken now. A repeat changes nothing.</summary>
/// <param name="JoinedAt">By the database's clock, so that the order does not depend on whose message was quicker.</param>
/// <param name="UselessAfter">When the stay can no longer begin: until its first day is over it is still sold, and still worth waiting for.</param>
public sealed record JoinWaitlist(Guid EntryId, Guid GuestId, NightsLine Nights, int Priority, DateTimeOffset JoinedAt, DateTimeOffset UselessAfter) : ICommand;

/// <summary>The guest no longer waits; an offer that is open is given back.</summary>
public sealed record LeaveWaitlist(Guid EntryId) : ICommand;

/// <summary>
/// From the reservations to the calendar: offer these nights to the entry as soon as they are free, before anybody else gets them.
/// Order is priority, then <paramref name="JoinedAt"/>. Each offer has an id of its own, so that a used one never comes back.
/// </summary>
public sealed record WatchNights(Guid EntryId, NightsLine Nights, int Priority, DateTimeOffset JoinedAt, TimeSpan OfferFor) : ICommand;

public sealed record StopWatching(Guid EntryId) : ICommand;

/// <summary>The nights are claimed for the entry until <paramref name="ExpiresAt"/>. Published in the transaction that freed them.</summary>
public sealed record NightsOffered(Guid EntryId, Guid OfferId, NightsLine Nights, DateTimeOffset ExpiresAt) : IEvent;

/// <summary>The guest's booking took the offer over; it cannot be used again.</summary>
public sealed record OfferTaken(Guid EntryId, Guid OfferId, Guid HoldId) : IEvent;

/// <summary>The offer ended without a booking; the nights went to the next entry or back on sale.</summary>
public sealed record OfferLapsed(Guid EntryId, Guid OfferId) : IEvent;

/// <summary>For the guest: this is yours if you book it until <paramref name="ExpiresAt"/>.</summary>
public sealed record WaitlistOfferMade(Guid EntryId, Guid GuestId, Guid OfferId, NightsLine Nights, DateTimeOffset ExpiresAt) : IEvent;

public enum WaitlistOutcome { Booked = 1, OfferLapsed = 2, Left = 3, TooLate = 4 }

public sealed record WaitlistEntryEnded(Guid EntryId, Guid GuestId, WaitlistOutcome Outcome) : IEvent;
