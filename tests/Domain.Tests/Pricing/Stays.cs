using Roost.Domain.Pricing;

namespace Roost.Domain.Tests.Pricing;

/// <summary>One stay whose price fits in the head: four nights at 180.00, cleaning 50.00, fee 14 %, tax 10 % on nights and cleaning.</summary>
static class Stays
{
    public static readonly Guid Unit = new("0197f000-0000-7000-8000-000000000001");

    /// <summary>Monday to Friday: no weekend night.</summary>
    public static readonly Stay MondayToFriday = new(new(2027, 6, 7), new(2027, 6, 11));

    public static readonly TaxRule Tax = new(4, "US-CA", 1_000, TaxedParts.Accommodation | TaxedParts.CleaningFee);

    public static Money Usd(long cents) => new(cents, "USD");

    public static PricedUnit Home(long nightly = 18_000, long cleaning = 5_000, int weekend = 0, int quantity = 1) =>
        new(Unit, quantity, new(7, Usd(nightly), Usd(cleaning), weekend), new Dictionary<DateOnly, PriceOverride>());

    public static PriceBreakdown Price(Stay? stay = null, params PricedUnit[] units) =>
        Prices.Of(stay ?? MondayToFriday, units is [] ? [Home()] : units, new(2), [Tax]);
}
