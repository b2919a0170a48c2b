using System.Collections.Concurrent;

namespace Roost.Faults.Tests;

/// <summary>What guests and host were told, to be held against what really happened.</summary>
sealed class Promises
{
    /// <summary>By the key of the request.</summary>
    public ConcurrentDictionary<Guid, Asked> Accepted { get; } = new();

    /// <summary>Where each booking that was confirmed to its guest stands: what was booked, then what the last applied change made of it.</summary>
    public ConcurrentDictionary<Guid, Dates> Stays { get; } = new();

    public ConcurrentQueue<Change> Changes { get; } = new();

    public ConcurrentDictionary<Guid, Guid> Cancelled { get; } = new();

    /// <summary>What the host said to a request: <c>confirmed</c> or <c>declined</c>.</summary>
    public ConcurrentDictionary<Guid, string> Answered { get; } = new();

    /// <summary>Entries of the waitlist, with the key of the request that made each.</summary>
    public ConcurrentDictionary<Guid, Guid> Entries { get; } = new();

    /// <summary>The booking that came of an entry's offer, paid or not.</summary>
    public ConcurrentDictionary<Guid, Guid> Taken { get; } = new();

    public ConcurrentDictionary<Guid, bool> Left { get; } = new();

    public override string ToString() =>
        $"{Entries.Count} waited, {Taken.Count} took an offer, {Left.Count} left; {Accepted.Count} requests, {Changes.Count(it => it.Status == "applied")} of {Changes.Count} changes applied, {Cancelled.Count} cancellations, {Answered.Count} answers of the host";

    /// <param name="BookingId">Null when the answer was only that the nights were gone.</param>
    public sealed record Asked(Person Guest, Guid Quote, string Card, Guid? BookingId);

    /// <param name="Status">applied, refused, or proposed: never confirmed by the guest.</param>
    public sealed record Change(Guid ChangeId, Guid Key, Guid BookingId, string Status, long Difference);
}

sealed record Dates(DateOnly CheckIn, DateOnly CheckOut)
{
    public static Dates From(DateOnly checkIn, int nights) => new(checkIn, checkIn.AddDays(nights));
}
