using Roost.Domain.Pricing;

namespace Roost.Domain.Cancelling;

/// <summary>
/// Spreads refunds over the parts of a price. However many refunds a booking sees, they never exceed what was paid, and one
/// that gives back the rest ends at exactly the amount paid.
/// </summary>
public static class Refunds
{
    /// <summary>What can still go back.</summary>
    public static Money Remaining(PriceBreakdown price, IReadOnlyList<PricePart> refunded) =>
        price.Total - refunded.Select(part => part.Amount).Sum(price.Currency);

    /// <summary>
    /// Goodwill or a staff decision: an amount, spread over what is left of the parts in proportion. Check it first with
    /// <see cref="Refusal"/>.
    /// </summary>
    public static Refund OfAmount(PriceBreakdown price, IReadOnlyList<PricePart> refunded, Money amount, string why)
    {
        if (Refusal(price, refunded, amount) is { } refusal) throw new ArgumentOutOfRangeException(nameof(amount), $"{amount}: {refusal.Message}");

        var left = Rest(price, refunded);
        var shares = amount.Split([.. left.Select(part => part.Amount.Amount)]);
        return new([.. left.Zip(shares, (part, share) => part with { Amount = share, Why = why })]);
    }

    public static Refusal? Refusal(PriceBreakdown price, IReadOnlyList<PricePart> refunded, Money amount)
    {
        if (amount.Currency != price.Currency) return new("amount", "other_currency", $"The booking was paid in {price.Currency}.");
        if (ChargeableStepMissed(amount)) return new("amount", "not_chargeable", "Cards cannot be refunded this fraction.");
        if (amount.IsNegative()) return new("amount", "negative", "A refund is not negative.");
        var remaining = Remaining(price, refunded);
        return amount > remaining ? new("amount", "refund_exceeds_paid", $"{remaining} is left of what was paid.") : null;
    }

    /// <summary>Everything that is left.</summary>
    internal static Refund Everything(PriceBreakdown price, IReadOnlyList<PricePart> refunded, string why) =>
        new([.. Rest(price, refunded).Select(part => part with { Why = why })]);

    /// <summary>
    /// Brings each part to its target. What went back of one part before is not taken from another, except that the sum
    /// stays within what is left.
    /// </summary>
    internal static Refund UpTo(IReadOnlyList<RefundTarget> targets, PriceBreakdown price, IReadOnlyList<PricePart> refunded)
    {
        var rest = Rest(price, refunded);
        return new(
        [
            .. targets.Zip(rest, (target, part) => part with
            {
                Amount = Money.Min(part.Amount, Money.Max(target.Amount - part.RefundedBefore, Money.Zero(price.Currency))),
                Why = target.Why,
            }),
        ]);
    }

    /// <summary>The unrefunded rest of each part, in the order of the parts. Its sum is what is left of the whole.</summary>
    static IReadOnlyList<RefundLine> Rest(PriceBreakdown price, IReadOnlyList<PricePart> refunded)
    {
        var none = Money.Zero(price.Currency);
        var lines = price.Parts().Select(part =>
        {
            var before = refunded.Where(other => (other.Kind, other.Label) == (part.Kind, part.Label))
                .Select(other => other.Amount).Sum(price.Currency);
            return new RefundLine(part.Kind, part.Label, part.Amount, before, Money.Max(part.Amount - before, none), Why: "");
        }).ToList();

        // A change can make a part smaller than what had gone back of it before; that excess counts against the other parts.
        var excess = lines.Select(line => line.Amount).Sum(price.Currency) - Remaining(price, refunded);
        var cuts = excess.Split([.. lines.Select(line => line.Amount.Amount)]);
        return [.. lines.Zip(cuts, (line, cut) => line with { Amount = line.Amount - cut })];
    }

    static bool ChargeableStepMissed(Money amount) => amount.Amount % Currencies.Step(amount.Currency) != 0;
}

/// <summary>What should have gone back of one part when all is done.</summary>
sealed record RefundTarget(Money Amount, string Why);
