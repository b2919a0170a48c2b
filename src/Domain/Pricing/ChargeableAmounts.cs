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

    /// <summary>For the price of a night: one night can be all that somebody pays for. So nothing is sold for nothing.</summary>
    public static Refusal? RefusalOfNight(string field, Money price) => Refusal(field, price) ?? (IsTooSmall(price)
        ? new(field, "too_small", $"At least {price with { Amount = Least(price.Currency) }}: cards are not charged less.")
        : null);

    /// <summary>Whether a card cannot be charged so little at once.</summary>
    public static bool IsTooSmall(Money amount) => amount.Amount < Least(amount.Currency);

    // https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts; for other currencies only what Stripe settles in has a minimum.
    static long Least(string currency) => currency switch
    {
        "USD" or "EUR" or "CHF" or "AUD" or "CAD" or "NZD" or "SGD" or "BRL" or "ARS" or "COP" or "IDR" or "ILS" or "INR" or "PHP" or "RUB" or "ZAR" => 50,
        "JPY" or "KRW" => 50,
        "GBP" => 30,
        "AED" or "MYR" or "PLN" or "RON" => 2_00,
        "DKK" => 2_50,
        "NOK" or "SEK" => 3_00,
        "HKD" => 4_00,
        "MXN" or "THB" => 10_00,
        "CZK" => 15_00,
        "HUF" => 175_00,
        _ => Currencies.Step(currency),
    };

    internal static Money Checked(Money price, string name) =>
        Refusal(name, price) is { } refusal ? throw new ArgumentOutOfRangeException(name, $"{price}: {refusal.Message}") : price;
}
