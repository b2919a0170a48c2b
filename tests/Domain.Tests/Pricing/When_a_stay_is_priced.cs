using System.Numerics;
using Roost.Domain.Pricing;
using static Roost.Domain.Tests.Pricing.Stays;

namespace Roost.Domain.Tests.Pricing;

public sealed class When_a_stay_is_priced
{
    [Test] // P-98
    public void Fourteen_percent_of_720_are_100_80()
    {
        var price = Price();

        Assert.That(price.Accommodation, Is.EqualTo(Usd(72_000)));
        Assert.That(price.CleaningFee, Is.EqualTo(Usd(5_000)));
        Assert.That(price.ServiceFee, Is.EqualTo(new ServiceFeeLine(Usd(10_080), 1_400, RuleVersion: 2)));
        Assert.That(price.Taxes, Is.EqualTo(new[] { new TaxLine("US-CA", Usd(7_700), Usd(77_000), 1_000, Tax.On, RuleVersion: 4) }));
        Assert.That(price.Total, Is.EqualTo(Usd(94_780)));
    }

    [Test] // P-96
    public void Friday_and_saturday_nights_are_the_weekend()
    {
        var thursdayToMonday = new Stay(new(2027, 6, 10), new(2027, 6, 14));

        var nights = Price(thursdayToMonday, Home(nightly: 10_000, weekend: 2_000)).Units[0].Nights;

        Assert.That(nights.Select(night => (night.Date.DayOfWeek, night.Price.Amount)), Is.EqualTo(new[]
        {
            (DayOfWeek.Thursday, 10_000L), (DayOfWeek.Friday, 12_000L), (DayOfWeek.Saturday, 12_000L), (DayOfWeek.Sunday, 10_000L),
        }));
        Assert.That(nights[1].Reasons, Is.EqualTo(new[] { "base 100.00 USD", "weekend night +20 %" }));
    }

    [Test] // P-96
    public void A_stay_that_ends_on_friday_slept_no_weekend_night() =>
        Assert.That(Price(MondayToFriday, Home(weekend: 5_000)).Accommodation, Is.EqualTo(Usd(72_000)));

    [Test]
    public void What_the_host_set_for_a_night_replaces_every_rule()
    {
        var friday = new DateOnly(2027, 6, 11);
        var home = Home(nightly: 10_000, weekend: 2_000) with
        {
            Overrides = new Dictionary<DateOnly, PriceOverride> { [friday] = new(Usd(33_300), "festival") },
        };

        var night = Price(Stay.OneNight(friday), home).Units[0].Nights.Single();

        Assert.That(night.Price, Is.EqualTo(Usd(33_300)));
        Assert.That(night.Reasons, Is.EqualTo(new[] { "set to 333.00 USD: festival" }));
    }

    [Test]
    public void Several_units_and_quantities_add_up()
    {
        var price = Price(MondayToFriday, Home(10_000, 1_000, quantity: 2), Home(3_333, 0, quantity: 3));

        Assert.That(price.Accommodation, Is.EqualTo(Usd(4 * (2 * 10_000 + 3 * 3_333))));
        Assert.That(price.CleaningFee, Is.EqualTo(Usd(2_000)));
        Assert.That(price.Units.Select(unit => unit.RulesVersion), Is.EqualTo(new[] { 7, 7 }));
    }

    [Test] // P-51
    public void The_shares_of_the_units_are_the_amounts_of_the_whole() =>
        Always.Holds(Some.Breakdown, price =>
        {
            Assert.That(Sum(unit => unit.Accommodation), Is.EqualTo(price.Accommodation));
            Assert.That(Sum(unit => unit.CleaningFee), Is.EqualTo(price.CleaningFee));
            Assert.That(Sum(unit => unit.ServiceFee), Is.EqualTo(price.ServiceFee.Amount));
            Assert.That(Sum(unit => unit.Tax), Is.EqualTo(price.Taxes.Select(tax => tax.Amount).Sum(price.Currency)));

            Money Sum(Func<UnitPrice, Money> of) => price.Units.Select(of).Sum(price.Currency);
        });

    [Test] // P-92, P-97: the total that search, quote and booking show, by an arithmetic of its own
    public void The_total_is_what_fractions_without_limits_say() =>
        Always.Holds(Some.Breakdown, price =>
        {
            BigInteger step = Currencies.Step(price.Currency);
            BigInteger nights = 0, cleaning = 0;
            foreach (var unit in price.Units)
            {
                foreach (var night in unit.Nights) nights += (BigInteger)night.Price.Amount * unit.Quantity;
                cleaning += unit.CleaningFee.Amount;
            }
            var fee = Rounded(nights * price.ServiceFee.BasisPoints, 10_000);
            var tax = price.Taxes.Aggregate(BigInteger.Zero, (sum, line) =>
                sum + Rounded(line.BasisPoints * (
                    (line.On.HasFlag(TaxedParts.Accommodation) ? nights : 0)
                    + (line.On.HasFlag(TaxedParts.CleaningFee) ? cleaning : 0)
                    + (line.On.HasFlag(TaxedParts.ServiceFee) ? fee : 0)), 10_000));

            Assert.That((BigInteger)price.Total.Amount, Is.EqualTo(nights + cleaning + fee + tax));

            BigInteger Rounded(BigInteger numerator, BigInteger denominator)
            {
                var below = numerator / (denominator * step);
                var twiceTheRest = 2 * (numerator - below * denominator * step);
                var up = twiceTheRest > denominator * step || (twiceTheRest == denominator * step && !below.IsEven);
                return (up ? below + 1 : below) * step;
            }
        });

    [Test] // P-49
    public void Every_part_can_be_charged_in_its_currency() =>
        Always.Holds(Some.Breakdown, price =>
        {
            foreach (var part in price.Parts()) Assert.That(part.Amount.Amount % Currencies.Step(price.Currency), Is.Zero, part.ToString());
        });

    [TestCase("USD", 0, "too_small", TestName = "Nothing is sold for nothing")]
    [TestCase("USD", 49, "too_small")]
    [TestCase("USD", 50, null)]
    [TestCase("JPY", 49, "too_small")]
    [TestCase("JPY", 50, null)]
    [TestCase("GBP", 29, "too_small")]
    [TestCase("GBP", 30, null)]
    [TestCase("HUF", 17_499, "too_small")]
    [TestCase("HUF", 17_500, null)]
    [TestCase("BHD", 0, "too_small")]
    [TestCase("BHD", 10, null)]
    [TestCase("USD", -1, "negative")]
    public void A_night_costs_what_a_card_can_be_charged(string currency, long amount, string? code) =>
        Assert.That(ChargeableAmounts.RefusalOfNight("basePrice", new Money(amount, currency))?.Code, Is.EqualTo(code));

    [TestCase("USD", -1, "negative")]
    [TestCase("USD", 100_000_000, "too_large")]
    [TestCase("BHD", 1_234, "not_chargeable", TestName = "P-49: 1.234 BHD cannot be charged")]
    [TestCase("BHD", 1_230, null)]
    [TestCase("ISK", 1_055, null)]
    [TestCase("USD", 0, null)]
    public void A_price_that_cannot_be_charged_is_refused(string currency, long amount, string? code)
    {
        var price = new Money(amount, currency);

        Assert.That(ChargeableAmounts.Refusal("basePrice", price)?.Code, Is.EqualTo(code));
        if (code is not null) Assert.That(() => new PriceRules(1, price, Money.Zero(currency)), Throws.InstanceOf<ArgumentException>());
    }
}
