using System.Numerics;

namespace Roost.Domain.Tests.Values;

public sealed class When_money_is_rounded
{
    [TestCase(72_000, 1_400, 10_080, TestName = "P-98: 14 % of 720.00 is 100.80")]
    [TestCase(50, 1_000, 5)]
    [TestCase(25, 1_000, 2, TestName = "P-98: 0.025 goes down to the even 0.02")]
    [TestCase(35, 1_000, 4, TestName = "P-98: 0.035 goes up to the even 0.04")]
    [TestCase(5, 1_000, 0, TestName = "P-98: 0.005 goes down to the even 0.00")]
    [TestCase(15, 1_000, 2, TestName = "P-98: 0.015 goes up to the even 0.02")]
    [TestCase(-5, 1_000, 0)]
    [TestCase(-15, 1_000, -2)]
    public void Exactly_between_two_cents_the_even_one_is_taken(long cents, int basisPoints, long expected) =>
        Assert.That(new Money(cents, "USD").BasisPoints(basisPoints), Is.EqualTo(new Money(expected, "USD")));

    [Test]
    public void It_is_what_arithmetic_without_limits_says() =>
        Always.Holds(
            from amount in Some.Long(-1_000_000_000_000, 1_000_000_000_000)
            from numerator in Some.Number(0, 1_000_000)
            from denominator in Some.Number(1, 1_000_000)
            select (amount, numerator, denominator),
            it =>
            {
                var exact = new BigInteger(it.amount) * it.numerator;
                var rounded = new Money(it.amount, "USD").Times(it.numerator, it.denominator).Amount;

                var error = BigInteger.Abs(rounded * (BigInteger)it.denominator - exact) * 2;
                Assert.That(error, Is.LessThanOrEqualTo((BigInteger)it.denominator), "not the nearest");
                if (error == it.denominator) Assert.That(rounded % 2, Is.Zero, "not the even one of two equally near");
            });

    [Test] // P-97
    public void A_tenth_and_two_tenths_are_three_tenths() =>
        Assert.That(new Money(10, "USD") + new Money(20, "USD"), Is.EqualTo(new Money(30, "USD")));

    [TestCase("BHD", 1_235, 1_000, 120)]
    [TestCase("BHD", 12_345_670, 5_000, 6_172_840)]
    [TestCase("MGA", 12_300, 1_000, 1_200)]
    [TestCase("JPY", 105, 1_000, 10)]
    public void The_result_can_be_charged_in_its_currency(string currency, long amount, int basisPoints, long expected) => // P-49
        Assert.That(new Money(amount, currency).BasisPoints(basisPoints).Amount, Is.EqualTo(expected));

    [Test]
    public void Too_much_money_is_an_error_and_not_a_wrong_sum()
    {
        var most = new Money(long.MaxValue, "USD");

        Assert.That(() => most + new Money(1, "USD"), Throws.TypeOf<OverflowException>());
        Assert.That(() => most * 2, Throws.TypeOf<OverflowException>());
        Assert.That(() => most.BasisPoints(20_000), Throws.TypeOf<OverflowException>());
        Assert.That(() => -new Money(long.MinValue, "USD"), Throws.TypeOf<OverflowException>());
    }

    [Test]
    public void Two_currencies_never_meet_in_a_sum() =>
        Assert.That(() => new Money(1, "USD") + new Money(1, "EUR"), Throws.InvalidOperationException);
}
