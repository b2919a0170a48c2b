namespace Roost.Domain.Pricing;

/// <summary>The price of a night: what the host set for it, else the base price with its rules.</summary>
public static class NightPrices
{
    /// <summary>
    /// Friday and Saturday nights of the listing's calendar. The night of a date begins on it, so a stay that ends on Saturday
    /// has slept one of them; where the guest comes from does not matter.
    /// </summary>
    public static bool IsWeekend(DateOnly night) => night.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday;

    public static NightPrice Of(DateOnly night, PriceRules rules, PriceOverride? set = null)
    {
        if (set is not null) return new(night, set.Price, [set.Reason is null ? $"set to {set.Price}" : $"set to {set.Price}: {set.Reason}"]);

        var asBase = $"base {rules.BasePrice}";
        if (!IsWeekend(night) || rules.WeekendBasisPoints == 0) return new(night, rules.BasePrice, [asBase]);

        var price = rules.BasePrice + rules.BasePrice.BasisPoints(rules.WeekendBasisPoints);
        return new(night, price, [asBase, $"weekend night {Percent.Signed(rules.WeekendBasisPoints)}"]);
    }
}
