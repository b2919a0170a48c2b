namespace Roost.Domain.Pricing;

/// <summary>
/// Where every cent of a price comes from: the snapshot that a quote signs and a booking keeps. Amounts of the units add up to
/// the amounts of the whole; the total is not stored, so that it cannot disagree.
/// </summary>
/// <param name="KeptFromChanges">What the guest gave up by shortening or cheapening the stay under its cancellation policy.</param>
public sealed record PriceBreakdown(
    Stay Stay,
    IReadOnlyList<UnitPrice> Units,
    Money Accommodation,
    Money CleaningFee,
    ServiceFeeLine ServiceFee,
    IReadOnlyList<TaxLine> Taxes,
    Money KeptFromChanges)
{
    public string Currency => Accommodation.Currency;

    public Money Total => Parts().Select(part => part.Amount).Sum(Currency);

    /// <summary>What the total consists of, as refunds and the ledger see it: one part per receiver and treatment.</summary>
    public IReadOnlyList<PricePart> Parts() =>
    [
        new(PricePartKind.Nights, Accommodation),
        new(PricePartKind.CleaningFee, CleaningFee),
        new(PricePartKind.ServiceFee, ServiceFee.Amount),
        .. Taxes.Select(tax => new PricePart(PricePartKind.Tax, tax.Amount, tax.Jurisdiction)),
        new(PricePartKind.KeptFromChanges, KeptFromChanges),
    ];
}

/// <summary>One unit's share. Service fee and tax are computed on the whole and split, so that nothing drifts line by line.</summary>
public sealed record UnitPrice(
    Guid UnitId,
    int Quantity,
    int RulesVersion,
    IReadOnlyList<NightPrice> Nights,
    Money Accommodation,
    Money CleaningFee,
    Money ServiceFee,
    Money Tax);

/// <summary>One night of one unit, with what made its price.</summary>
public sealed record NightPrice(DateOnly Date, Money Price, IReadOnlyList<string> Reasons);

public sealed record ServiceFeeLine(Money Amount, int BasisPoints, int RuleVersion);

public sealed record TaxLine(string Jurisdiction, Money Amount, Money Base, int BasisPoints, TaxedParts On, int RuleVersion);

public enum PricePartKind
{
    Nights,
    CleaningFee,
    ServiceFee,
    Tax,
    KeptFromChanges,
}

/// <param name="Label">The jurisdiction of a tax; empty for all others.</param>
public sealed record PricePart(PricePartKind Kind, Money Amount, string Label = "");
