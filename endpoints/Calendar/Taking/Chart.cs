using Roost.Calendar.Selling;
using Roost.Calendar.Waiting;

namespace Roost.Calendar.Taking;

/// <summary>
/// The locked units with their nights and claims, as the database knows them now and as the requests of one group change them, one after
/// the other. Knows nothing of SQL: <see cref="ChartStore"/> fills it and writes the differences.
/// </summary>
public sealed class Chart(DateTimeOffset now)
{
    readonly Dictionary<Guid, Unit> units = [];
    readonly Dictionary<(Guid UnitId, DateOnly Date), Night> nights = [];
    readonly Dictionary<Guid, List<Line>> read = [];
    readonly Dictionary<Guid, Claim> claims = [];
    readonly Dictionary<Guid, Watcher> watchers = [];
    readonly Dictionary<Guid, Change> changes = [];
    readonly Dictionary<Guid, Line> touched = [];
    readonly List<(Guid UnitId, Conflict Conflict)> settled = [];
    readonly HashSet<Claim> overdue = [];
    readonly List<IEvent> told = [];

    /// <summary>The database's clock after the locks were got. Deadlines are compared with nothing else.</summary>
    public DateTimeOffset Now => now;

    public Differences Differences { get; } = new();

    /// <summary>Units on which something may have come free since the waitlist was looked at.</summary>
    public HashSet<Guid> Freed { get; } = [];

    /// <summary>True once a request was refused for want of nights.</summary>
    public bool RanShort { get; private set; }

    /// <summary>There are more claims past their deadline on these nights than were read at once.</summary>
    public bool MoreAreOverdue { get; set; }

    public IEnumerable<Unit> Units => units.Values;
    public IEnumerable<Night> Nights => nights.Values;
    public IEnumerable<Claim> Claims => claims.Values;
    public IEnumerable<Watcher> Watchers => watchers.Values;
    public IReadOnlyCollection<Claim> Overdue => overdue;
    public IReadOnlyDictionary<Guid, Line> Touched => touched;
    public IReadOnlyList<IEvent> Told => told;

    public Unit? Unit(Guid id) => units.GetValueOrDefault(id);
    public Claim? Claim(Guid id) => claims.GetValueOrDefault(id);
    public Watcher? Watcher(Guid entryId) => watchers.GetValueOrDefault(entryId);
    public Change? Change(Guid id) => changes.GetValueOrDefault(id);

    public Night Night(Guid unitId, DateOnly date)
    {
        if (nights.TryGetValue((unitId, date), out var night)) return night;
        night = new Night(unitId, date);
        if (WasRead(unitId, date) && Unit(unitId) is { } unit) night.Load(hasRow: false, unit.Limit, taken: 0, NightSettings.None);
        return nights[(unitId, date)] = night;
    }

    public bool WasRead(Line line) =>
        read.TryGetValue(line.UnitId, out var ranges) && ranges.Exists(r => r.CheckIn <= line.CheckIn && line.CheckOut <= r.CheckOut);

    bool WasRead(Guid unitId, DateOnly date) =>
        read.TryGetValue(unitId, out var ranges) && ranges.Exists(r => r.CheckIn <= date && date < r.CheckOut);

    public IEnumerable<Watcher> Waiting(Guid unitId) =>
        watchers.Values.Where(w => w.State == WatcherState.Waiting && w.Nights!.Value.UnitId == unitId);

    /// <summary>The claims that have nights of this line, those of this group included.</summary>
    public IReadOnlyList<Conflict> Conflicts(Line line)
    {
        var known = claims.Values.Where(c => c.IsLive)
            .SelectMany(c => c.Lines.Select(l => (l.UnitId, Conflict: new Conflict(c.Id, c.Kind, l.CheckIn, l.CheckOut))));
        return
        [
            .. settled.Where(s => Claim(s.Conflict.Id) is null or { IsLive: true }).Concat(known)
                .Where(c => c.UnitId == line.UnitId && c.Conflict.CheckIn < line.CheckOut && line.CheckIn < c.Conflict.CheckOut)
                .Select(c => c.Conflict).Distinct().OrderBy(c => c.CheckIn).Take(20),
        ];
    }

    /// <summary>
    /// The first night that cannot give all lines together what they need, looking at it as if these claims had been given back.
    /// </summary>
    public (Guid UnitId, DateOnly Night)? FirstFull(IReadOnlyList<Line> lines, params ReadOnlySpan<Claim?> givenBack)
    {
        // One line and nothing given back is nearly every request: it needs no sums.
        var full = lines.Count == 1 && givenBack.IsEmpty ? FirstFull(lines[0]) : FirstFull(Needed(lines, givenBack));
        RanShort |= full is not null;
        return full;
    }

    (Guid, DateOnly)? FirstFull(Line line)
    {
        for (var date = line.CheckIn; date < line.CheckOut; date = date.AddDays(1))
        {
            if (Night(line.UnitId, date).Free < line.Quantity) return (line.UnitId, date);
        }
        return null;
    }

    (Guid, DateOnly)? FirstFull(SortedDictionary<(Guid UnitId, DateOnly Date), int> needed)
    {
        foreach (var ((unitId, date), quantity) in needed)
        {
            if (quantity > 0 && Night(unitId, date).Free < quantity) return (unitId, date);
        }
        return null;
    }

    /// <summary>How many more of each night the lines need than these claims have.</summary>
    public static SortedDictionary<(Guid UnitId, DateOnly Date), int> Needed(IReadOnlyList<Line> lines, params ReadOnlySpan<Claim?> given)
    {
        SortedDictionary<(Guid, DateOnly), int> needed = [];
        foreach (var line in lines) Add(line, line.Quantity);
        foreach (var claim in given)
        {
            if (claim is not { IsLive: true }) continue;
            foreach (var line in claim.Lines) Add(line, -line.Quantity);
        }
        return needed;

        void Add(Line line, int quantity)
        {
            foreach (var date in line.Nights()) needed[(line.UnitId, date)] = needed.GetValueOrDefault((line.UnitId, date)) + quantity;
        }
    }

    /// <summary>The nights are the claim's now. Whoever calls has seen that they fit.</summary>
    public void Take(Claim claim)
    {
        claim.State = ClaimState.Live;
        Count(claim, +1);
        Record(claim);
    }

    /// <summary>The claim ends, and what it had is free.</summary>
    public void GiveBack(Claim claim, ClaimState end)
    {
        if (claim.IsLive)
        {
            Count(claim, -1);
            foreach (var line in claim.Lines) Freed.Add(line.UnitId);
        }
        claim.State = end;
        Record(claim);
    }

    /// <summary>The same nights for another purpose: nobody else sees a difference.</summary>
    public void Turn(Claim claim, ClaimKind into)
    {
        foreach (var line in claim.Lines)
        {
            foreach (var date in line.Nights())
            {
                Night(line.UnitId, date).Count(claim.Kind, -line.Quantity);
                Night(line.UnitId, date).Count(into, +line.Quantity);
            }
        }
        claim.Kind = into;
        Record(claim);
    }

    /// <summary>The claim has these lines instead, in one step: nights in both were never free in between.</summary>
    public void Exchange(Claim claim, IReadOnlyList<Line> lines)
    {
        Count(claim, -1);
        foreach (var line in claim.Lines) Freed.Add(line.UnitId);
        claim.Lines = lines;
        Count(claim, +1);
        Differences.Exchange(claim);
    }

    /// <summary>A claim whose state or deadline changed, or that is new, and counts as it did.</summary>
    public void Record(Claim claim)
    {
        if (claims.TryAdd(claim.Id, claim)) Differences.Make(claim);
        else Differences.Change(claim);
    }

    public void Record(Watcher watcher)
    {
        if (watchers.TryAdd(watcher.EntryId, watcher)) Differences.Make(watcher);
        else Differences.Change(watchers[watcher.EntryId] = watcher);
    }

    public void Record(Change change)
    {
        changes[change.Id] = change;
        Differences.Make(change);
    }

    public void Replace(Unit unit)
    {
        Differences.Change(before: units[unit.Id], after: unit);
        units[unit.Id] = unit;
        Freed.Add(unit.Id);
    }

    public void Touch(Line line) => touched[line.UnitId] = touched.TryGetValue(line.UnitId, out var before)
        ? line with { CheckIn = Earlier(before.CheckIn, line.CheckIn), CheckOut = Later(before.CheckOut, line.CheckOut) }
        : line;

    public void Tell(IEvent happened) => told.Add(happened);

    public void LoadConflict(Guid unitId, Conflict conflict) => settled.Add((unitId, conflict));

    public void Load(Unit unit) => units.Add(unit.Id, unit);
    public void Load(Claim claim) => claims.TryAdd(claim.Id, claim);
    public void Load(Watcher watcher) => watchers.TryAdd(watcher.EntryId, watcher);
    public void Load(Change change) => changes.TryAdd(change.Id, change);

    /// <summary>A live claim past its deadline, with nights that somebody wants.</summary>
    public void LoadOverdue(Claim claim)
    {
        claims.TryAdd(claim.Id, claim);
        overdue.Add(claims[claim.Id]);
    }

    public void LoadRange(Line range)
    {
        if (!read.TryGetValue(range.UnitId, out var ranges)) read[range.UnitId] = ranges = [];
        ranges.Add(range);
    }

    public void LoadNight(Guid unitId, DateOnly date, int capacity, int taken, NightSettings settings)
    {
        if (!nights.TryGetValue((unitId, date), out var night)) nights[(unitId, date)] = night = new Night(unitId, date);
        night.Load(hasRow: true, capacity, taken, settings);
    }

    void Count(Claim claim, int sign)
    {
        foreach (var line in claim.Lines)
        {
            foreach (var date in line.Nights()) Night(line.UnitId, date).Count(claim.Kind, sign * line.Quantity);
            Touch(line);
        }
    }

    static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;
    static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;
}
