using Roost.Calendar.Selling;
using Roost.Calendar.Waiting;

namespace Roost.Calendar.Taking;

/// <summary>What a group of requests made or changed, each thing once, as it is in the end.</summary>
public sealed class Differences
{
    readonly HashSet<Claim> made = [], changed = [], exchanged = [];
    readonly Dictionary<Guid, Watcher> joined = [], watchers = [];
    readonly Dictionary<Guid, (Unit Before, Unit After)> units = [];
    readonly List<Change> changes = [];

    public IReadOnlyCollection<Claim> Made => made;
    public IReadOnlyCollection<Claim> Changed => changed;

    /// <summary>Old claims with other lines than they had.</summary>
    public IReadOnlyCollection<Claim> Exchanged => exchanged;

    /// <summary>New in the line.</summary>
    public IReadOnlyCollection<Watcher> Joined => joined.Values;

    public IReadOnlyCollection<Watcher> Watchers => watchers.Values;
    public IReadOnlyCollection<(Unit Before, Unit After)> Units => units.Values;
    public IReadOnlyCollection<Change> Changes => changes;

    public void Make(Claim claim) => made.Add(claim);
    public void Make(Change change) => changes.Add(change);
    public void Make(Watcher watcher) => joined[watcher.EntryId] = watcher;
    public void Change(Unit before, Unit after) =>
        units[after.Id] = units.TryGetValue(after.Id, out var earlier) ? (earlier.Before, after) : (before, after);

    public void Change(Watcher watcher) => (joined.ContainsKey(watcher.EntryId) ? joined : watchers)[watcher.EntryId] = watcher;

    public void Change(Claim claim)
    {
        if (!made.Contains(claim) && !exchanged.Contains(claim)) changed.Add(claim);
    }

    public void Exchange(Claim claim)
    {
        if (made.Contains(claim)) return;
        changed.Remove(claim);
        exchanged.Add(claim);
    }
}
