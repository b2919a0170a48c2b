namespace Roost.Domain.Waiting;

/// <param name="Priority">Higher is served first.</param>
/// <param name="OfferOpen">Something is offered to them already and their time to take it runs.</param>
public sealed record WaitlistEntry(Guid EntryId, Stay Stay, int Quantity, int Priority, DateTimeOffset JoinedAt, bool OfferOpen = false);

/// <summary>What stands on offer, and whether it may be offered.</summary>
/// <param name="FreeOn">Units free on a night, with every hold, booking, block and open offer taken off.</param>
/// <param name="ArriveFrom">The first check-in date that can still be booked: today at the listing plus its lead time.</param>
/// <param name="SmallerMayOvertake">Whether an entry that fits may go before an earlier one for the same nights that does not.</param>
public sealed record FreedNights(Func<DateOnly, int> FreeOn, bool OnSale, bool ListingActive, DateOnly ArriveFrom, bool SmallerMayOvertake = true);

public enum WhyNotYet
{
    Served,
    OfferStillOpen,
    SaleClosed,
    ListingNotActive,
    TooLateToArrive,
    NightsNotFree,
    WaitsForEarlierEntry,
    BehindServedEntry,
}

/// <summary>One entry's answer to "why not me". <paramref name="Nights"/> are those still taken, <paramref name="Because"/> the entry before it.</summary>
public sealed record WaitlistReason(Guid EntryId, int Position, WhyNotYet Why, IReadOnlyList<DateOnly> Nights, Guid? Because = null);

/// <param name="Next">Who is offered the nights; null: nobody can be.</param>
/// <param name="Reasons">Every entry in the order of service, with its reason.</param>
/// <param name="Overtaken">Earlier entries that <paramref name="Next"/> went before, for the log.</param>
public sealed record WaitlistChoice(WaitlistEntry? Next, IReadOnlyList<WaitlistReason> Reasons, IReadOnlyList<Guid> Overtaken);
