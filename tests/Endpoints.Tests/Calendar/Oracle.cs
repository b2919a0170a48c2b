using Roost.Contracts;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// What the calendar should answer, worked out the slow way: a list of claims, and every question answered by adding up all of it. Counts
/// no claim past its deadline.
/// </summary>
sealed class Oracle(Dictionary<Guid, int> capacities)
{
    readonly Dictionary<Guid, Entry> claims = [];

    public string Hold(Guid id, NightsLine[] lines, bool lapses)
    {
        if (claims.TryGetValue(id, out var earlier)) return Again(earlier);
        var fits = Fits(lines, []);
        claims[id] = new Entry { Lines = lines, Kind = "hold", State = !fits ? "refused" : lapses ? "overdue" : "live" };
        return Again(claims[id]);
    }

    public string HoldForChange(Guid id, Guid bookingId, NightsLine[] lines)
    {
        if (claims.TryGetValue(id, out var earlier)) return Again(earlier);
        // Own nights count as free, but the change has to fit beside the booking until it is carried out.
        var own = claims.GetValueOrDefault(bookingId) is { Kind: "booking", State: "live" } booking ? booking : null;
        var fits = own is not null && lines.SelectMany(Nights).GroupBy(n => (n.Unit, n.Night)).All(night =>
        {
            var missing = night.Sum(n => n.Quantity) - own.Lines.SelectMany(Nights).Where(n => (n.Unit, n.Night) == night.Key).Sum(n => n.Quantity);
            return missing <= 0 || Taken(night.Key.Unit, night.Key.Night, []) + missing <= capacities[night.Key.Unit];
        });
        claims[id] = new Entry { Lines = lines, Kind = "change", Of = bookingId, OwnThen = own?.Lines ?? [], State = fits ? "live" : "refused" };
        return Again(claims[id]);
    }

    public string Confirm(Guid id)
    {
        if (claims.GetValueOrDefault(id) is not { } claim) return "lost";
        if (claim is { Kind: "booking", State: "live" }) return "confirmed";
        if (claim.Kind != "hold" || claim.State is not ("live" or "overdue")) return "lost";
        if (claim.State == "overdue" && !Fits(claim.Lines, []))
        {
            claim.State = "lost";
            return "lost";
        }
        (claim.Kind, claim.State) = ("booking", "live");
        return "confirmed";
    }

    public string Release(Guid id)
    {
        if (!claims.TryGetValue(id, out var claim)) claims[id] = new Entry { Lines = [], Kind = "hold", State = "given back" };
        else if (claim.State is "live" or "overdue") claim.State = "given back";
        return "released";
    }

    public string Move(Guid id, Guid changeId)
    {
        if (claims.GetValueOrDefault(changeId) is not { Kind: "change" } change) return "refused";
        if (change.State == "used") return "moved";
        if (change.State != "live") return "refused";
        if (claims.GetValueOrDefault(id) is not { Kind: "booking", State: "live" } booking || !Fits(change.Lines, [booking, change]))
        {
            change.State = "lost";
            return "refused";
        }
        change.State = "used";
        booking.Lines = change.Lines;
        return "moved";
    }

    public bool Block(Guid id, NightsLine line)
    {
        var fits = Fits([line], []);
        claims[id] = new Entry { Lines = [line], Kind = "block", State = fits ? "live" : "refused" };
        return fits;
    }

    public bool Resize(Guid unit, int capacity)
    {
        var nights = claims.Values.SelectMany(c => Counted(c)).Where(n => n.Unit == unit).Select(n => n.Night).Distinct();
        if (nights.Any(night => Taken(unit, night, []) > capacity)) return false;
        capacities[unit] = capacity;
        return true;
    }

    public int Free(Guid unit, DateOnly night) => capacities[unit] - Taken(unit, night, []);

    bool Fits(IEnumerable<NightsLine> lines, Entry[] without) => lines.SelectMany(Nights).GroupBy(n => (n.Unit, n.Night)).All(night =>
        Taken(night.Key.Unit, night.Key.Night, without) + night.Sum(n => n.Quantity) <= capacities[night.Key.Unit]);

    int Taken(Guid unit, DateOnly night, Entry[] without) => claims.Values.Except(without)
        .SelectMany(Counted).Where(n => n.Unit == unit && n.Night == night).Sum(n => n.Quantity);

    static IEnumerable<(Guid Unit, DateOnly Night, int Quantity)> Counted(Entry claim)
    {
        if (claim.State != "live") return [];
        if (claim.Kind != "change") return claim.Lines.SelectMany(Nights);
        return claim.Lines.SelectMany(Nights).GroupBy(n => (n.Unit, n.Night))
            .Select(g => (g.Key.Unit, g.Key.Night, Quantity: g.Sum(n => n.Quantity) - claim.OwnThen.SelectMany(Nights).Where(n => (n.Unit, n.Night) == g.Key).Sum(n => n.Quantity)))
            .Where(n => n.Quantity > 0);
    }

    static IEnumerable<(Guid Unit, DateOnly Night, int Quantity)> Nights(NightsLine line) =>
        Enumerable.Range(0, line.CheckOut.DayNumber - line.CheckIn.DayNumber).Select(i => (line.UnitId, line.CheckIn.AddDays(i), line.Quantity));

    static string Again(Entry claim) => claim.State is "refused" or "given back" ? "refused" : "held";

    sealed class Entry
    {
        public required NightsLine[] Lines { get; set; }
        public required string Kind { get; set; }
        public required string State { get; set; }
        public Guid Of { get; init; }
        public NightsLine[] OwnThen { get; init; } = [];
    }
}
