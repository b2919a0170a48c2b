using Roost.Domain;

namespace Roost.Stripe.Tests.Client;

[Property("Pitfall", "P-49")]
public sealed class When_money_is_written_for_Stripe
{
    [TestCase(1_000, "EUR", 1_000)]
    [TestCase(100, "JPY", 100)]
    [TestCase(1_230, "BHD", 1_230)]
    [TestCase(5_000, "KWD", 5_000)]
    [TestCase(10, "ISK", 1_000)]
    [TestCase(10, "UGX", 1_000)]
    [TestCase(1_000, "MGA", 10)]
    [TestCase(1_050, "HUF", 1_050)]
    [TestCase(999_999_999_999, "USD", 999_999_999_999)]
    public void Its_own_minor_units_are_used_and_lead_back(long amount, string currency, long wire)
    {
        var money = new Money(amount, currency);

        Assert.That(WireMoney.ToWire(money), Is.EqualTo(wire));
        Assert.That(WireMoney.FromWire(wire, currency.ToLowerInvariant()), Is.EqualTo(money));
    }

    [TestCase(1_234, "BHD")]
    [TestCase(10_005, "KWD")]
    [TestCase(150, "MGA")]
    [TestCase(1_000, "IQD")]
    [TestCase(1_000, "CLF")]
    public void What_no_card_can_pay_is_refused_before_the_call(long amount, string currency) =>
        Assert.Throws<ArgumentException>(() => WireMoney.ToWire(new Money(amount, currency)));

    /// <summary>Stripe's published groups, written down apart from the product's table.</summary>
    [Test]
    public void Every_ISO_currency_follows_the_published_groups()
    {
        var zero = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".Split(' ');
        var three = "BHD JOD KWD OMR TND".Split(' ');
        var notTaken = "IQD LYD CLF UYW UYI".Split(' ');
        Assert.That(Currencies.All, Has.Count.GreaterThan(150));

        foreach (var currency in Currencies.All.Except(notTaken))
        {
            var stripeDecimals = zero.Contains(currency) ? 0 : three.Contains(currency) ? 3 : 2;
            var tenUnits = new Money(10 * Power(Currencies.Exponent(currency)), currency);
            Assert.That(WireMoney.ToWire(tenUnits), Is.EqualTo(10 * Power(stripeDecimals)), currency);
        }
    }

    static long Power(int decimals) => decimals == 0 ? 1 : 10 * Power(decimals - 1);
}
