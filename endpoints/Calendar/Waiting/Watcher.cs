using Roost.Calendar.Taking;

namespace Roost.Calendar.Waiting;

public enum WatcherState { Waiting, Offered, Served, Lapsed, Stopped }

/// <summary>An entry of the waitlist, as far as the calendar must know it to offer nights to the right one.</summary>
/// <param name="OvertakenBy">The last one who was served first although it came later, since it needed less.</param>
/// <param name="Nights">Null for an entry that left before it came.</param>
public sealed record Watcher(
    Guid EntryId, Line? Nights, int Priority, DateTimeOffset JoinedAt, TimeSpan OfferFor, WatcherState State, Guid? OfferId = null,
    Guid? OvertakenBy = null)
{
    public static Watcher GoneBeforeItCame(Guid entryId) => new(entryId, null, 0, DateTimeOffset.UnixEpoch, TimeSpan.Zero, WatcherState.Stopped);
}
