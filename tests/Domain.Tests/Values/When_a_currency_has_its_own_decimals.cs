namespace Roost.Domain.Tests.Values;

/// <summary>P-49: no amount is ever multiplied by a hundred because most currencies have cents.</summary>
public sealed class When_a_currency_has_its_own_decimals
{
    // Typed from ISO 4217 apart from the product's own table; all others have two.
    static readonly Dictionary<int, string[]> NotTwo = new()
    {
        [0] = ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"],
        [3] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"],
        [4] = ["CLF", "UYW"],
    };

    [TestCase(100, "JPY", "100 JPY")]
    [TestCase(1_234, "BHD", "1.234 BHD")]
    [TestCase(1_000, "EUR", "10.00 EUR")]
    [TestCase(94_500, "USD", "945.00 USD")]
    [TestCase(-5, "USD", "-0.05 USD")]
    [TestCase(0, "KWD", "0.000 KWD")]
    [TestCase(long.MinValue, "USD", "-92233720368547758.08 USD")]
    public void Minor_units_mean_what_the_currency_says(long amount, string currency, string shown) =>
        Assert.That(new Money(amount, currency).ToString(), Is.EqualTo(shown));

    [Test]
    public void Every_code_has_the_standards_number_of_decimals()
    {
        Assert.That(Currencies.All, Has.Count.GreaterThan(160));
        foreach (var code in Currencies.All)
        {
            var expected = NotTwo.Where(group => group.Value.Contains(code)).Select(group => (int?)group.Key).FirstOrDefault() ?? 2;
            Assert.That(Currencies.Exponent(code), Is.EqualTo(expected), code);
            Assert.That(code, Does.Match("^[A-Z]{3}$"));
        }
        Assert.That(NotTwo.Values.SelectMany(codes => codes), Is.SubsetOf(Currencies.All));
    }

    [TestCase("XAU", TestName = "gold has no minor unit")]
    [TestCase("usd", TestName = "codes are upper case")]
    [TestCase("ABC")]
    [TestCase("")]
    [TestCase(null)]
    public void Unknown_codes_are_refused(string? code)
    {
        Assert.That(Currencies.Knows(code), Is.False);
        Assert.That(() => new Money(1, code!), Throws.ArgumentException);
    }

    [Test]
    public void Cards_take_three_decimal_currencies_only_in_steps_of_ten()
    {
        foreach (var code in NotTwo[3]) Assert.That(Currencies.Step(code), Is.EqualTo(10), code);

        Assert.That(Currencies.Step("MGA"), Is.EqualTo(100));
        Assert.That(Currencies.Step("USD"), Is.EqualTo(1));
        Assert.That(Currencies.Step("JPY"), Is.EqualTo(1));
    }
}
