namespace Roost.Domain.Pricing;

/// <summary>Prices that a card can be charged, so that no sum made of them needs rounding later.</summary>
public static class ChargeableAmounts
{
    /// <summary>One price, in minor units. Larger ones are typing errors, and card networks refuse them.</summary>
    public const long Most = 99_999_999;

    /// <summary>For prices that come from outside, which must be answered; the value types refuse the same by throwing.</summary>
    public static Refusal? Refusal(string field, Money price)
    {
        if (price.IsNegative()) return new(field, "negative", "A price is not negative.");
        if (price.Amount > Most) return new(field, "too_large", $"At most {price with { Amount = Most }}.");
        return price.Amount % Currencies.Step(price.Currency) != 0
            ? new(field, "not_chargeable", $"Cards are charged in steps of {price with { Amount = Currencies.Step(price.Currency) }}.")
            : null;
    }

    internal static Money Checked(Money price, string name) =>
        Refusal(name, price) is { } refusal ? throw new ArgumentOutOfRangeException(name, $"{price}: {refusal.Message}") : price;
}
