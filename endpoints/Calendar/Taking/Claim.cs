namespace Roost.Calendar.Taking;

/// <summary>A change is a hold for a booking that is to be moved.</summary>
public enum ClaimKind { Hold, Booking, Block, Offer, Feed, Change }

/// <summary>Only a live claim has its nights. Lapsed ones may still be taken again; every other end is final.</summary>
public enum ClaimState { Live, GivenBack, Lapsed, Lost, Refused, Used }

/// <summary>Why somebody did not get what they asked for, in a stable code, and the first night that stood in the way.</summary>
public sealed record Refused(string Reason, Guid UnitId, DateOnly? Night, IReadOnlyList<Conflict>? Conflicts = null);

/// <summary>A claim that stands in the way of a host's block.</summary>
public sealed record Conflict(Guid Id, ClaimKind Kind, DateOnly CheckIn, DateOnly CheckOut);

/// <summary>All nights of one booking, change, block or offer: they are taken together and given back together.</summary>
public sealed class Claim(Guid id)
{
    public Guid Id { get; } = id;
    public ClaimKind Kind { get; set; }
    public ClaimState State { get; set; }

    /// <summary>What the counters of the nights count.</summary>
    public IReadOnlyList<Line> Lines { get; set; } = [];

    /// <summary>The nights that a changed booking will have. Only its additional ones are in <see cref="Lines"/>.</summary>
    public IReadOnlyList<Line> Intended { get; init; } = [];

    public DateTimeOffset? ExpiresAt { get; set; }
    public int Version { get; set; } = 1;
    public Guid? EntryId { get; init; }
    public Refused? Refusal { get; set; }
    public string? Note { get; init; }

    public bool IsLive => State == ClaimState.Live;
}
