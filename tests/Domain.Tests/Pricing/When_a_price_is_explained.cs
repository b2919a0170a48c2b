using Roost.Domain.Pricing;
using static Roost.Domain.Tests.Pricing.Stays;

namespace Roost.Domain.Tests.Pricing;

public sealed class When_a_price_is_explained
{
    [Test]
    public void Every_line_can_be_checked_with_a_pencil()
    {
        var price = Price(new(new(2027, 6, 10), new(2027, 6, 12)), Home(10_000, 5_000, weekend: 1_250, quantity: 2));

        Assert.That(PriceExplanation.Of(price), Is.EqualTo(new ExplainedLine[]
        {
            new("night", "Thu 2027-06-10: base 100.00 USD (price rules version 7) × 2", Usd(20_000)),
            new("night", "Fri 2027-06-11: base 100.00 USD, weekend night +12.5 % (price rules version 7) × 2", Usd(22_500)),
            new("cleaning_fee", "cleaning, once per stay × 2", Usd(10_000)),
            new("service_fee", "service fee 14 % of 425.00 USD, rounded half to even to 0.01 USD (version 2)", Usd(5_950)),
            new("tax", "tax US-CA 10 % of 525.00 USD (accommodation, cleaning), rounded half to even to 0.01 USD (version 4)", Usd(5_250)),
        }));
    }

    [Test]
    public void The_lines_are_the_total() =>
        Always.Holds(Some.Breakdown, price =>
            Assert.That(PriceExplanation.Of(price).Select(line => line.Amount).Sum(price.Currency), Is.EqualTo(price.Total)));

    [TestCase(1_400, "14 %")]
    [TestCase(1_250, "12.5 %")]
    [TestCase(5, "0.05 %")]
    [TestCase(-1_050, "-10.5 %")]
    [TestCase(0, "0 %")]
    public void Basis_points_read_as_percent(int basisPoints, string expected) => Assert.That(Percent.Text(basisPoints), Is.EqualTo(expected));
}
