namespace Roost.Domain.Pricing;

/// <summary>Some units of one kind for the whole stay, with what the host asks for them.</summary>
public sealed record PricedUnit(Guid UnitId, int Quantity, PriceRules Rules, IReadOnlyDictionary<DateOnly, PriceOverride> Overrides)
{
    public int Quantity { get; } = Quantity > 0 ? Quantity : throw new ArgumentOutOfRangeException(nameof(Quantity));
}

/// <summary>
/// The price of a stay: nights, cleaning, service fee, taxes. The only computation of it: search, quote, booking and change
/// show the same total because they call the same function.
/// </summary>
public static class Prices
{
    public static PriceBreakdown Of(Stay stay, IReadOnlyList<PricedUnit> units, ServiceFeeRule serviceFee, IReadOnlyList<TaxRule> taxes)
    {
        var currency = units[0].Rules.BasePrice.Currency;
        var lines = units.Select(unit => WithoutFees(stay, unit)).ToList();

        var accommodation = lines.Select(line => line.Accommodation).Sum(currency);
        var cleaning = lines.Select(line => line.CleaningFee).Sum(currency);
        var fee = new ServiceFeeLine(accommodation.BasisPoints(serviceFee.BasisPoints), serviceFee.BasisPoints, serviceFee.Version);
        lines = Shared(lines, fee.Amount, line => line.Accommodation, (line, share) => line with { ServiceFee = share });

        var taxLines = taxes.Select(rule => Tax(rule, rule.On.Of(accommodation, cleaning, fee.Amount))).ToList();
        foreach (var tax in taxLines)
        {
            lines = Shared(lines, tax.Amount,
                line => tax.On.Of(line.Accommodation, line.CleaningFee, line.ServiceFee),
                (line, share) => line with { Tax = line.Tax + share });
        }
        return new(stay, lines, accommodation, cleaning, fee, taxLines, KeptFromChanges: Money.Zero(currency));
    }

    static UnitPrice WithoutFees(Stay stay, PricedUnit unit)
    {
        var nights = stay.Nights().Select(night => NightPrices.Of(night, unit.Rules, unit.Overrides.GetValueOrDefault(night))).ToList();
        var none = Money.Zero(unit.Rules.BasePrice.Currency);
        return new(unit.UnitId, unit.Quantity, unit.Rules.Version, nights,
            Accommodation: nights.Select(night => night.Price).Sum(none.Currency) * unit.Quantity,
            CleaningFee: unit.Rules.CleaningFee * unit.Quantity,
            ServiceFee: none,
            Tax: none);
    }

    static TaxLine Tax(TaxRule rule, Money taxed) =>
        new(rule.Jurisdiction, taxed.BasisPoints(rule.BasisPoints), taxed, rule.BasisPoints, rule.On, rule.Version);

    static List<UnitPrice> Shared(List<UnitPrice> lines, Money amount, Func<UnitPrice, Money> by, Func<UnitPrice, Money, UnitPrice> give) =>
        [.. lines.Zip(amount.Split([.. lines.Select(line => by(line).Amount)]), give)];
}
