using System.Globalization;

namespace Roost.Domain;

/// <summary>
/// An amount in minor units of an ISO 4217 currency: 94500 USD is $945.00, 94500 JPY is ¥94500. It can be negative (a
/// difference, a deduction). Two currencies never meet in one sum.
/// </summary>
public sealed record Money(long Amount, string Currency) : IComparable<Money>
{
    public string Currency { get; } = Currencies.Knows(Currency)
        ? Currency
        : throw new ArgumentException($"'{Currency}' is no ISO 4217 currency.", nameof(Currency));

    public static Money Zero(string currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.Amount + left.Same(right)), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Amount - left.Same(right)), left.Currency);

    public static Money operator -(Money money) => new(checked(-money.Amount), money.Currency);

    public static Money operator *(Money money, int times) => new(checked(money.Amount * times), money.Currency);

    public static bool operator <(Money left, Money right) => left.Amount < left.Same(right);

    public static bool operator >(Money left, Money right) => left.Amount > left.Same(right);

    public static bool operator <=(Money left, Money right) => left.Amount <= left.Same(right);

    public static bool operator >=(Money left, Money right) => left.Amount >= left.Same(right);

    public static Money Min(Money left, Money right) => left <= right ? left : right;

    public static Money Max(Money left, Money right) => left >= right ? left : right;

    public int CompareTo(Money? other) => other is null ? 1 : Amount.CompareTo(Same(other));

    // Methods, not properties: the JSON of an amount is exactly its amount and its currency.
    public bool IsZero() => Amount == 0;

    public bool IsNegative() => Amount < 0;

    public bool IsPositive() => Amount > 0;

    /// <summary>1400 basis points of 720.00 are 100.80.</summary>
    public Money BasisPoints(int basisPoints) => Times(basisPoints, 10_000);

    /// <summary>numerator/denominator of this amount, rounded once, half to even, to what the currency can be charged in.</summary>
    public Money Times(long numerator, long denominator)
    {
        var step = Currencies.Step(Currency);
        return new(checked(Rounding.HalfEven((Int128)Amount * numerator, (Int128)denominator * step) * step), Currency);
    }

    /// <summary>Parts in proportion to the weights that add up to exactly this amount. See <see cref="Rounding.Split"/>.</summary>
    public IReadOnlyList<Money> Split(IReadOnlyList<long> weights) =>
        [.. Rounding.Split(Amount, Currencies.Step(Currency), weights).Select(part => new Money(part, Currency))];

    /// <summary>For people and logs: "945.00 USD". Never parsed.</summary>
    public override string ToString()
    {
        var decimals = Currencies.Exponent(Currency);
        var digits = Int128.Abs(Amount).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = digits[..^decimals];
        var sign = Amount < 0 ? "-" : "";
        return decimals == 0 ? $"{sign}{digits} {Currency}" : $"{sign}{whole}.{digits[^decimals..]} {Currency}";
    }

    long Same(Money other) => other.Currency == Currency
        ? other.Amount
        : throw new InvalidOperationException($"{this} and {other} are different currencies.");
}

public static class MoneySums
{
    /// <summary>An empty sum needs its currency said.</summary>
    public static Money Sum(this IEnumerable<Money> amounts, string currency) => amounts.Aggregate(Money.Zero(currency), (sum, money) => sum + money);
}
