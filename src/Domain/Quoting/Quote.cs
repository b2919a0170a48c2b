using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;

namespace Roost.Domain.Quoting;

/// <summary>
/// A price promised to one person for one stay: these units, dates, guests, quantities, amounts and rule versions, under this
/// policy. While it lasts the host may change prices as they like.
/// </summary>
public sealed record Quote(
    Guid QuoteId, Guid GuestId, Guid ListingId, GuestCount Guests, PriceBreakdown Price, CancellationPolicy Policy, DateTimeOffset ExpiresAt)
{
    // Whole seconds of UTC: what is signed must come back from any store exactly as it went in.
    public DateTimeOffset ExpiresAt { get; } = DateTimeOffset.FromUnixTimeSeconds(ExpiresAt.ToUnixTimeSeconds());
}
