namespace Roost.Domain.Pricing;

/// <summary>What a host asks for one unit. Each change is a new version; a quote says which one made its price.</summary>
/// <param name="WeekendBasisPoints">On top of the base price on weekend nights: 2000 is 20 % more. Negative makes them cheaper.</param>
public sealed record PriceRules(int Version, Money BasePrice, Money CleaningFee, int WeekendBasisPoints = 0)
{
    public Money BasePrice { get; } = ChargeableAmounts.Checked(BasePrice, nameof(BasePrice));

    public Money CleaningFee { get; } = CleaningFee.Currency == BasePrice.Currency
        ? ChargeableAmounts.Checked(CleaningFee, nameof(CleaningFee))
        : throw new ArgumentException($"{CleaningFee} for a unit priced in {BasePrice.Currency}.", nameof(CleaningFee));

    public int WeekendBasisPoints { get; } = WeekendBasisPoints is >= -10_000 and <= 100_000
        ? WeekendBasisPoints
        : throw new ArgumentOutOfRangeException(nameof(WeekendBasisPoints));
}

/// <summary>What the host set for one night. It replaces every rule.</summary>
public sealed record PriceOverride(Money Price, string? Reason = null)
{
    public Money Price { get; } = ChargeableAmounts.Checked(Price, nameof(Price));
}

/// <summary>What the guest pays the platform, on the accommodation.</summary>
public sealed record ServiceFeeRule(int Version, int BasisPoints = ServiceFeeRule.DefaultBasisPoints)
{
    public const int DefaultBasisPoints = 1_400;

    public int BasisPoints { get; } = BasisPoints is >= 0 and <= 10_000 ? BasisPoints : throw new ArgumentOutOfRangeException(nameof(BasisPoints));
}

/// <summary>What a jurisdiction takes, on top of the price, and on what.</summary>
public sealed record TaxRule(int Version, string Jurisdiction, int BasisPoints, TaxedParts On = TaxedParts.Accommodation)
{
    public int BasisPoints { get; } = BasisPoints is >= 0 and <= 10_000 ? BasisPoints : throw new ArgumentOutOfRangeException(nameof(BasisPoints));
}
