using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;

namespace Roost.Domain.Changing;

/// <summary>What a change of a booking does to its money.</summary>
/// <param name="NewPrice">The booking's price from now on; its total is what the guest has paid once the difference is settled.</param>
/// <param name="Difference">Positive: to be paid before the change counts. Negative: goes back.</param>
/// <param name="Policy">The booking's policy from now on.</param>
/// <param name="Lines">The difference part by part; the amounts add up to it.</param>
public sealed record ChangeSettlement(PriceBreakdown NewPrice, Money Difference, CancellationPolicy Policy, IReadOnlyList<ExplainedLine> Lines);

/// <summary>
/// A changed stay is priced afresh and compared with the old price. Paying more is simple. Paying less at the guest's wish is
/// a partial cancellation: what becomes cheaper goes back at the share that the policy gives at that moment, the rest is kept
/// and stands in the new price. At the host's or our wish all of it goes back.
/// </summary>
public static class Changes
{
    /// <param name="priced">The new stay under the rules of today.</param>
    public static ChangeSettlement Settle(CancellableBooking booking, PriceBreakdown priced, Actor wish, DateTimeOffset at)
    {
        var old = booking.Price;
        var rule = RuleInForce(booking, wish, at);

        var cheaperBy = Money.Max(old.Total - old.KeptFromChanges - priced.Total, Money.Zero(old.Currency));
        var kept = old.KeptFromChanges + cheaperBy - cheaperBy.BasisPoints(rule.NightsBasisPoints);
        var newPrice = priced with { KeptFromChanges = AtLeastRefunded(booking, priced, kept) };

        return new(newPrice, newPrice.Total - old.Total, booking.Policy.CappedBy(rule), Lines(old, newPrice));
    }

    static CancellationRule RuleInForce(CancellableBooking booking, Actor wish, DateTimeOffset at)
    {
        if (wish != Actor.Guest) return new(0, 10_000, 10_000);
        if (at >= booking.CheckInAt) return new(0, booking.Policy.UnusedNightsBasisPoints, 0);
        return booking.Policy.RuleAt(booking.CheckInAt, at) ?? new(0, 0, 0);
    }

    // After goodwill refunds a much cheaper stay could cost less than what has gone back already; nobody is paid for staying.
    static Money AtLeastRefunded(CancellableBooking booking, PriceBreakdown priced, Money kept)
    {
        var refunded = booking.Refunded.Select(part => part.Amount).Sum(priced.Currency);
        return Money.Max(kept, refunded - priced.Total);
    }

    static IReadOnlyList<ExplainedLine> Lines(PriceBreakdown old, PriceBreakdown now)
    {
        var before = old.Parts();
        var after = now.Parts();
        return
        [
            .. before.Concat(after).Select(part => (part.Kind, part.Label)).Distinct().Order()
                .Select(key => Line(key, before, after))
                .Where(line => !line.Amount.IsZero()),
        ];
    }

    static ExplainedLine Line((PricePartKind Kind, string Label) key, IReadOnlyList<PricePart> before, IReadOnlyList<PricePart> after)
    {
        var (was, becomes) = (Of(before), Of(after));
        var (code, name) = key.Kind switch
        {
            PricePartKind.Nights => ("night", "nights"),
            PricePartKind.CleaningFee => ("cleaning_fee", "cleaning"),
            PricePartKind.ServiceFee => ("service_fee", "service fee"),
            PricePartKind.Tax => ("tax", $"tax {key.Label}"),
            _ => ("kept_from_changes", "kept under the cancellation policy"),
        };
        return new(code, $"{name}: {was} becomes {becomes}", becomes - was);

        Money Of(IReadOnlyList<PricePart> parts) =>
            parts.Where(part => (part.Kind, part.Label) == key).Select(part => part.Amount).Sum(before[0].Amount.Currency);
    }
}
