using System.Collections.Frozen;

namespace Roost.Domain;

/// <summary>
/// How many decimals each ISO 4217 currency has. Codes that the standard lists without a minor unit (gold, SDR, test codes)
/// are not here: nobody pays for a bed with them. Provider quirks stay with the provider's adapter, except one that shapes
/// prices: <see cref="Step"/>.
/// </summary>
public static class Currencies
{
    const string NoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

    const string TwoDecimals =
        """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN
        NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
        SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
        """;

    const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

    const string FourDecimals = "CLF UYW";

    static readonly FrozenDictionary<string, int> Exponents =
        new[] { (0, NoDecimals), (2, TwoDecimals), (3, ThreeDecimals), (4, FourDecimals) }
            .SelectMany(group => Codes(group.Item2).Select(code => KeyValuePair.Create(code, group.Item1)))
            .ToFrozenDictionary();

    public static IReadOnlyCollection<string> All => Exponents.Keys;

    public static bool Knows(string? code) => code is not null && Exponents.ContainsKey(code);

    /// <summary>Decimals of the currency: JPY 0, USD 2, BHD 3.</summary>
    public static int Exponent(string code) =>
        Exponents.TryGetValue(code, out var exponent) ? exponent : throw new ArgumentException($"'{code}' is no ISO 4217 currency.", nameof(code));

    /// <summary>
    /// The smallest amount a card can be charged, in minor units. Card schemes take three-decimal currencies only with a
    /// last 0, and no fraction of an ariary, so every price, fee, tax and refund is rounded to this step.
    /// </summary>
    public static long Step(string code) => Exponent(code) switch
    {
        3 => 10,
        _ when code == "MGA" => 100,
        _ => 1,
    };

    static string[] Codes(string list) => list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
