using FsCheck;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Time;

namespace Roost.Domain.Tests;

/// <summary>Random but believable things of the domain.</summary>
static class Some
{
    static readonly DateOnly Start = new(2024, 1, 1);

    public static Gen<int> Number(int least, int most) => Gen.Choose(least, most);

    public static Gen<long> Long(long least, long most) =>
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select least + (long)((((UInt128)(uint)high << 31) | (uint)low) % (UInt128)((Int128)most - least + 1));

    public static Gen<DateOnly> Date => Gen.Choose(0, 3_000).Select(days => Start.AddDays(days));

    public static Gen<Stay> Stay => from checkIn in Date from nights in Gen.Choose(1, 30) select Roost.Domain.Stay.Of(checkIn, nights);

    public static Gen<string> Currency => Gen.Elements("USD", "EUR", "JPY", "BHD", "ISK", "MGA");

    public static Gen<Money> Price(string currency) =>
        Gen.Choose(0, 90_000).Select(units => new Money(units * Currencies.Step(currency), currency));

    public static Gen<PriceBreakdown> Breakdown => Currency.SelectMany(BreakdownIn);

    public static Gen<PriceBreakdown> BreakdownIn(string currency) =>
        from stay in Stay
        from units in Gen.Choose(1, 3).SelectMany(count => PricedUnit(stay, currency).ArrayOf(count))
        from fee in Gen.Choose(0, 3_000)
        from taxes in Gen.Choose(0, 2).SelectMany(count => TaxRule.ArrayOf(count))
        select Prices.Of(stay, units, new(1, fee), [.. taxes.DistinctBy(tax => tax.Jurisdiction)]);

    public static Gen<PricedUnit> PricedUnit(Stay stay, string currency) =>
        from basePrice in Price(currency)
        from cleaning in Price(currency)
        from weekend in Gen.Choose(-5_000, 10_000)
        from quantity in Gen.Choose(1, 4)
        from set in Price(currency)
        from day in Gen.Choose(0, 40)
        select new PricedUnit(Guid.NewGuid(), quantity, new(3, basePrice, cleaning, weekend),
            new Dictionary<DateOnly, PriceOverride> { [stay.CheckIn.AddDays(day)] = new(set, "festival") });

    public static Gen<TaxRule> TaxRule =>
        from jurisdiction in Gen.Elements("US-CA", "US-CA-SF", "DE-BE")
        from basisPoints in Gen.Choose(0, 2_500)
        from parts in Gen.Choose(0, 7)
        select new TaxRule(2, jurisdiction, basisPoints, (TaxedParts)parts);

    public static Gen<ListingTimes> Times =>
        Gen.Elements("America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Tokyo", "Pacific/Honolulu", "Australia/Lord_Howe")
            .Select(zone => new ListingTimes(zone, new(15, 0), new(11, 0)));

    public static Gen<CancellableBooking> Booking =>
        from price in Breakdown
        from policy in Gen.Elements<CancellationPolicy>([.. CancellationPolicies.Offered])
        from times in Times
        select new CancellableBooking(price, [], policy, times);

    /// <summary>From long before check-in to the end of the stay.</summary>
    public static Gen<DateTimeOffset> MomentAround(CancellableBooking booking) =>
        Gen.Choose(-60 * 24, booking.Price.Stay.Count * 24).Select(hours => booking.CheckInAt + TimeSpan.FromHours(hours));
}
