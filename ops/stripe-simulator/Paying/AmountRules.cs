using Roost.StripeSimulator.Protocol;

namespace Roost.StripeSimulator.Paying;

/// <summary>Which amounts Stripe takes, in its own minor units, which are not always those of ISO 4217.</summary>
public static class AmountRules
{
    static readonly HashSet<string> ZeroDecimal =
        ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];
    static readonly HashSet<string> WholeUnitsOfTwoDecimals = ["isk", "ugx"];
    static readonly HashSet<string> ThreeDecimal = ["bhd", "jod", "kwd", "omr", "tnd"];

    static readonly Dictionary<string, long> SmallestCharge = new()
    {
        ["usd"] = 50, ["eur"] = 50, ["chf"] = 50, ["aud"] = 50, ["cad"] = 50, ["nzd"] = 50, ["sgd"] = 50, ["brl"] = 50,
        ["inr"] = 50, ["zar"] = 50, ["gbp"] = 30, ["aed"] = 200, ["myr"] = 200, ["pln"] = 200, ["ron"] = 200, ["dkk"] = 250,
        ["nok"] = 300, ["sek"] = 300, ["hkd"] = 400, ["mxn"] = 1000, ["thb"] = 1000, ["czk"] = 1500, ["jpy"] = 50, ["krw"] = 50,
        ["huf"] = 17500,
    };

    const long Largest = 999_999_999_999;

    public static string Currency(Parameters p)
    {
        var currency = p.RequiredText("currency").ToLowerInvariant();
        return currency.Length == 3 && currency.All(char.IsAsciiLetterLower)
            ? currency
            : throw StripeError.Invalid($"Invalid currency: {currency}.", param: "currency");
    }

    public static long Charge(Parameters p, string currency)
    {
        var amount = p.Integer("amount") ?? throw p.Missing("amount");
        if (amount > Largest) throw StripeError.Invalid("Amount must be no more than 999999999999", "amount_too_large", "amount");
        if (amount < SmallestCharge.GetValueOrDefault(currency, 1))
            throw StripeError.Invalid("Amount is below the minimum charge amount of this currency.", "amount_too_small", "amount");
        return OnGrid(amount, currency, "amount");
    }

    /// <summary>For captures and refunds, which have no minimum.</summary>
    public static long Part(long amount, string currency, string param) => amount < 1
        ? throw StripeError.Invalid("Invalid positive integer", "parameter_invalid_integer", param)
        : OnGrid(amount, currency, param);

    static long OnGrid(long amount, string currency, string param)
    {
        var step = ZeroDecimal.Contains(currency) ? 1 : WholeUnitsOfTwoDecimals.Contains(currency) ? 100 : ThreeDecimal.Contains(currency) ? 10 : 1;
        return amount % step == 0 ? amount : throw StripeError.Invalid($"Amounts in {currency} must be divisible by {step}.", param: param);
    }
}
