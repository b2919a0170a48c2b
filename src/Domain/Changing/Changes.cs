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
/// A changed stay is priced afresh and compared with the old price. At the guest's wish a change is no way around the policy: what cancelling now would not give back
/// stays given up. So at most that goes back which cancelling the old booking gives now and cancelling the new one no longer would, the rest is kept and stands in
/// the new price; and in any number of changes nobody gets more than by cancelling at once. At the host's or our wish all of the difference goes back.
/// </summary>
public static class Changes
{
    /// <summary>A stay that has begun keeps the nights that are over: it has begun when it did, and ends today at the earliest.</summary>
    public static Refusal? Refusal(CancellableBooking booking, DateOnly checkIn, DateOnly checkOut, DateTimeOffset at)
    {
        if (at < booking.CheckInAt) return null;
        if (checkIn != booking.Price.Stay.CheckIn) return new("checkIn", "stay_has_begun", "The stay has begun.");
        var today = booking.Times.Today(at);
        return checkOut < today ? new("checkOut", "date_past", $"{checkOut:O} is in the past at the listing, where it is {today:O}.") : null;
    }

    /// <param name="priced">The new stay under the rules of today.</param>
    public static ChangeSettlement Settle(CancellableBooking booking, PriceBreakdown priced, Actor wish, DateTimeOffset at)
    {
        var old = booking.Price;
        var changed = booking with
        {
            Price = priced with { KeptFromChanges = AtLeastRefunded(booking, priced, old.KeptFromChanges) },
            Policy = booking.Policy.CappedBy(RuleInForce(booking, wish, at)),
        };
        var kept = changed.Price.KeptFromChanges + (wish == Actor.Guest ? Regained(booking, changed, at) : Money.Zero(old.Currency));
        var newPrice = changed.Price with { KeptFromChanges = kept };

        return new(newPrice, newPrice.Total - old.Total, changed.Policy, Lines(old, newPrice));
    }

    /// <summary>What the guest could not get back any more, and would through this change.</summary>
    static Money Regained(CancellableBooking booking, CancellableBooking changed, DateTimeOffset at) => Money.Max(
        Cancellations.ByGuest(booking, at).Kept - Cancellations.ByGuest(changed, at).Kept, Money.Zero(booking.Price.Currency));

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
