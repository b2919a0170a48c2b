using Roost.Domain.Pricing;
using Roost.Domain.Time;

namespace Roost.Domain.Cancelling;

/// <summary>What a cancellation is decided from: the booking's own snapshots and what has happened to its money so far.</summary>
/// <param name="Refunded">Every refund so far, part by part; a part can occur several times.</param>
public sealed record CancellableBooking(PriceBreakdown Price, IReadOnlyList<PricePart> Refunded, CancellationPolicy Policy, ListingTimes Times)
{
    public DateTimeOffset CheckInAt => Times.CheckInAt(Price.Stay);
}

/// <summary>Why the stay does not take place, or does not go on.</summary>
public enum CancelledBy
{
    Guest = 1,
    Host = 2,
    System = 3,
    Staff = 4,
    NoShow = 5,
}

/// <param name="Kept">What of the paid money does not go back, now or before: at most this is captured.</param>
/// <param name="HostPenalty">What the host owes the platform for letting the guest down; zero for everybody else.</param>
/// <param name="Rule">The rule that decided, in words.</param>
public sealed record Cancellation(CancelledBy By, DateTimeOffset At, Refund Refund, Money Kept, Money HostPenalty, string Rule);
