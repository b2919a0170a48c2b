using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Waiting;

namespace Roost.Calendar.Waiting;

/// <summary>
/// Nights that come free go to the waitlist in the same transaction, before anybody else can see them: an offer is a claim like any other.
/// The order is that of <see cref="Waitlist"/>. Whoever wants more than has come free is passed over, and the row says by whom;
/// <c>calendar.watcher_view</c> says what each one still waits for.
/// </summary>
static class Offers
{
    /// <summary>An entry is served once, so that its offer's id can follow from its own.</summary>
    public static Guid Id(Guid entryId) => DerivedId.From(entryId, "offer");

    /// <summary>Looks at the waitlist of every unit on which something came free since the last look.</summary>
    public static void Serve(Chart chart)
    {
        if (chart.Freed.Count == 0) return;
        foreach (var unitId in chart.Freed)
        {
            if (chart.Unit(unitId) is { } unit) Serve(chart, unit);
        }
        chart.Freed.Clear();
    }

    /// <summary>An offer takes its nights off what is free, so the next one is chosen afterwards.</summary>
    static void Serve(Chart chart, Unit unit)
    {
        var freed = new FreedNights(
            FreeOn: night => chart.Night(unit.Id, night) is { Settings.Closed: false } open ? open.Free : 0,
            unit.OnSale, ListingActive: true, ArriveFrom: unit.Today(chart.Now).AddDays(unit.LeadDays));
        while (true)
        {
            var choice = Waitlist.Choose(chart.Waiting(unit.Id).Select(Entry), freed);
            foreach (var passedOver in choice.Overtaken)
                chart.Record(chart.Watcher(passedOver)! with { OvertakenBy = choice.Next!.EntryId });
            if (choice.Next is not { } next) return;
            Offer(chart, chart.Watcher(next.EntryId)!);
        }
    }

    public static void Taken(Chart chart, Claim offer, Guid holdId)
    {
        End(chart, offer, WatcherState.Served);
        chart.Tell(new OfferTaken(offer.EntryId!.Value, offer.Id, holdId));
    }

    public static void Lapsed(Chart chart, Claim offer, WatcherState end = WatcherState.Lapsed)
    {
        End(chart, offer, end);
        chart.Tell(new OfferLapsed(offer.EntryId!.Value, offer.Id));
    }

    public static void EndAll(Chart chart, Guid unitId)
    {
        foreach (var offer in chart.Claims.Where(c => c is { Kind: ClaimKind.Offer, IsLive: true } && c.Lines[0].UnitId == unitId).ToList())
        {
            chart.GiveBack(offer, ClaimState.GivenBack);
            Lapsed(chart, offer);
        }
    }

    static void Offer(Chart chart, Watcher watcher)
    {
        var line = watcher.Nights!.Value;
        var offer = new Claim(Id(watcher.EntryId))
        {
            Kind = ClaimKind.Offer,
            Lines = [line],
            ExpiresAt = chart.Now + watcher.OfferFor,
            EntryId = watcher.EntryId,
        };
        chart.Take(offer);
        chart.Record(watcher with { State = WatcherState.Offered, OfferId = offer.Id });
        var nights = new NightsLine(line.UnitId, line.CheckIn, line.CheckOut, line.Quantity);
        chart.Tell(new NightsOffered(watcher.EntryId, offer.Id, nights, offer.ExpiresAt.Value));
    }

    static WaitlistEntry Entry(Watcher watcher)
    {
        var line = watcher.Nights!.Value;
        return new(watcher.EntryId, new Stay(line.CheckIn, line.CheckOut), line.Quantity, watcher.Priority, watcher.JoinedAt);
    }

    static void End(Chart chart, Claim offer, WatcherState end) => chart.Record(chart.Watcher(offer.EntryId!.Value)! with { State = end });
}
