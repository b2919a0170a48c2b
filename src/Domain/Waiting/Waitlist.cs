namespace Roost.Domain.Waiting;

/// <summary>
/// Who is next: priority, then who joined first. Only a request that fits as a whole is served. Everybody else gets a reason.
/// Offer, then ask again: the offer takes its nights off what is free.
/// </summary>
public static class Waitlist
{
    public static IReadOnlyList<WaitlistEntry> InOrder(IEnumerable<WaitlistEntry> entries) =>
        [.. entries.OrderByDescending(entry => entry.Priority).ThenBy(entry => entry.JoinedAt).ThenBy(entry => entry.EntryId)];

    public static WaitlistChoice Choose(IEnumerable<WaitlistEntry> entries, FreedNights freed)
    {
        WaitlistEntry? next = null;
        var waiting = new List<WaitlistEntry>();
        var overtaken = new List<Guid>();
        var reasons = new List<WaitlistReason>();

        foreach (var entry in InOrder(entries))
        {
            var (why, nights) = next is null ? Judge(entry, freed) : (WhyNotYet.BehindServedEntry, []);
            var because = next?.EntryId;

            if (why == WhyNotYet.Served && Blocking(entry).FirstOrDefault() is { } earlier)
            {
                if (freed.SmallerMayOvertake) overtaken.AddRange(Blocking(entry).Select(other => other.EntryId));
                else (why, because) = (WhyNotYet.WaitsForEarlierEntry, earlier.EntryId);
            }

            reasons.Add(new(entry.EntryId, reasons.Count + 1, why, nights, because));
            if (why == WhyNotYet.Served) next = entry;
            if (why is WhyNotYet.NightsNotFree or WhyNotYet.WaitsForEarlierEntry) waiting.Add(entry);
        }
        return new(next, reasons, overtaken);

        // Somebody who needs the same nights and could take them once more of theirs come free.
        IEnumerable<WaitlistEntry> Blocking(WaitlistEntry entry) => waiting.Where(other => other.Stay.Overlaps(entry.Stay));
    }

    static (WhyNotYet, IReadOnlyList<DateOnly>) Judge(WaitlistEntry entry, FreedNights freed)
    {
        if (!freed.ListingActive) return (WhyNotYet.ListingNotActive, []);
        if (!freed.OnSale) return (WhyNotYet.SaleClosed, []);
        if (entry.OfferOpen) return (WhyNotYet.OfferStillOpen, []);
        if (entry.Stay.CheckIn < freed.ArriveFrom) return (WhyNotYet.TooLateToArrive, []);

        var taken = entry.Stay.Nights().Where(night => freed.FreeOn(night) < entry.Quantity).ToList();
        return (taken.Count == 0 ? WhyNotYet.Served : WhyNotYet.NightsNotFree, taken);
    }
}
