namespace Roost.Calendar.Taking;

/// <summary>One thing asked of the calendar, decided in memory over rows that are locked meanwhile.</summary>
public interface IRequest
{
    /// <summary>What must be locked and read before it can be decided.</summary>
    Needs Needs { get; }

    /// <summary>Changes the chart, or not, and returns the answer for whoever asked; null when nobody waits for one.</summary>
    IMessage? Decide(Chart chart);
}

/// <param name="Nights">Nights to read.</param>
/// <param name="Claims">Claims to read; their units are locked.</param>
/// <param name="Entries">Entries of the waitlist to read; their units are locked.</param>
/// <param name="Changes">Ids of hosts' changes, to find repeats.</param>
/// <param name="Conflicts">Nights of which to read who has them.</param>
/// <param name="OffersOf">Units of which to read what is offered to whoever waits.</param>
public sealed record Needs(
    IReadOnlyList<Line>? Nights = null, IReadOnlyList<Guid>? Claims = null, IReadOnlyList<Guid>? Entries = null,
    IReadOnlyList<Guid>? Changes = null, IReadOnlyList<Line>? Conflicts = null, IReadOnlyList<Guid>? OffersOf = null);
