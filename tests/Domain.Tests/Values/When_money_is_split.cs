using System.Numerics;
using FsCheck;

namespace Roost.Domain.Tests.Values;

/// <summary>P-50, P-51: largest remainder, always the whole, always the same parts.</summary>
public sealed class When_money_is_split
{
    static Gen<(Money Amount, long[] Weights)> Splits =>
        from currency in Some.Currency
        from amount in Some.Long(-10_000_000_000, 10_000_000_000)
        from count in Some.Number(1, 12)
        from weights in Some.Long(0, 5_000).ArrayOf(count)
        where weights.Any(weight => weight > 0)
        select (new Money(amount, currency), weights);

    [Test]
    public void The_parts_are_the_whole() =>
        Always.Holds(Splits, it => Assert.That(it.Amount.Split(it.Weights).Sum(it.Amount.Currency), Is.EqualTo(it.Amount)));

    [Test]
    public void No_part_is_a_full_step_away_from_its_share() =>
        Always.Holds(Splits, it =>
        {
            var step = Currencies.Step(it.Amount.Currency);
            var chargeable = it.Amount with { Amount = it.Amount.Amount / step * step };
            var total = new BigInteger(it.Weights.Sum());

            foreach (var (part, weight) in chargeable.Split(it.Weights).Zip(it.Weights))
            {
                var distance = BigInteger.Abs(part.Amount * total - (BigInteger)chargeable.Amount * weight);
                Assert.That(distance, Is.LessThan(step * total));
                Assert.That(part.Amount % step, Is.Zero);
            }
        });

    [Test]
    public void Who_weighs_nothing_gets_nothing() =>
        Always.Holds(Splits, it =>
        {
            foreach (var (part, weight) in it.Amount.Split(it.Weights).Zip(it.Weights))
                if (weight == 0) Assert.That(part.Amount, Is.Zero);
        });

    [Test]
    public void Cents_left_over_go_to_those_that_lost_most_and_the_earlier_of_equals()
    {
        Assert.That(Split(100, 1, 1, 1), Is.EqualTo(new[] { 34, 33, 33 }));
        Assert.That(Split(101, 1, 1, 1), Is.EqualTo(new[] { 34, 34, 33 }));
        Assert.That(Split(10, 5, 3, 1), Is.EqualTo(new[] { 6, 3, 1 })); // 5.56, 3.33, 1.11
        Assert.That(Split(-100, 1, 1, 1), Is.EqualTo(new[] { -34, -33, -33 }));
        Assert.That(Split(0, 0, 0), Is.EqualTo(new[] { 0, 0 }));
    }

    [Test]
    public void There_must_be_somebody_to_take_it() => Assert.That(() => Split(1, 0, 0), Throws.ArgumentException);

    static long[] Split(long amount, params long[] weights) => [.. new Money(amount, "USD").Split(weights).Select(part => part.Amount)];
}
