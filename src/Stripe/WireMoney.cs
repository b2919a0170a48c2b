using Roost.Domain;

namespace Roost.Stripe;

/// <summary>
/// Money between our minor units (ISO 4217) and Stripe's, which differ for three currencies, and which exist for fewer.
/// See https://docs.stripe.com/currencies.
/// </summary>
public static class WireMoney
{
    /// <summary>ISO says no decimals; Stripe says two, of which both must be zero.</summary>
    static readonly HashSet<string> WrittenWithTwoZeros = ["ISK", "UGX"];
    static readonly HashSet<string> LastDigitIsZero = ["BHD", "JOD", "KWD", "OMR", "TND"];
    static readonly HashSet<string> NotTaken = ["CLF", "UYW", "UYI", "IQD", "LYD"];

    /// <summary>Card schemes want the third decimal to be zero, and Stripe knows no fraction of an ariary, though ISO does.</summary>
    public static bool CanBePaid(Money money) =>
        money.IsPositive() && !NotTaken.Contains(money.Currency)
        && !(LastDigitIsZero.Contains(money.Currency) && money.Amount % 10 != 0)
        && !(money.Currency == "MGA" && money.Amount % 100 != 0);

    public static long ToWire(Money money)
    {
        if (!CanBePaid(money)) throw new ArgumentException($"{money} cannot be paid by card.", nameof(money));
        if (WrittenWithTwoZeros.Contains(money.Currency)) return checked(money.Amount * 100);
        return money.Currency == "MGA" ? money.Amount / 100 : money.Amount;
    }

    public static Money FromWire(long amount, string currency)
    {
        var code = currency.ToUpperInvariant();
        if (WrittenWithTwoZeros.Contains(code)) return new Money(amount / 100, code);
        return new Money(code == "MGA" ? checked(amount * 100) : amount, code);
    }

    public static string Currency(Money money) => money.Currency.ToLowerInvariant();
}
