using Roost.Domain.Pricing;

namespace Roost.Domain.Cancelling;

/// <summary>What goes back to the guest, part by part, each with the reason in words.</summary>
public sealed record Refund(IReadOnlyList<RefundLine> Lines)
{
    public Money Total => Lines.Select(line => line.Amount).Sum(Lines[0].Amount.Currency);

    /// <summary>In the shape that the booking keeps of refunds so far, and the ledger posts.</summary>
    public IReadOnlyList<PricePart> Parts() => [.. Lines.Select(line => new PricePart(line.Kind, line.Amount, line.Label))];
}

/// <param name="Paid">What this part of the price was.</param>
/// <param name="RefundedBefore">What of it had gone back already.</param>
public sealed record RefundLine(PricePartKind Kind, string Label, Money Paid, Money RefundedBefore, Money Amount, string Why);
