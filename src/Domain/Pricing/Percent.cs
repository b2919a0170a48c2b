using System.Globalization;

namespace Roost.Domain.Pricing;

/// <summary>Basis points as people read them: 1400 is "14 %", 1250 is "12.5 %".</summary>
public static class Percent
{
    public static string Text(int basisPoints)
    {
        var sign = basisPoints < 0 ? "-" : "";
        var (whole, hundredths) = Math.DivRem(Math.Abs(basisPoints), 100);
        var fraction = hundredths == 0 ? "" : "." + hundredths.ToString("00", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{sign}{whole}{fraction} %";
    }

    public static string Signed(int basisPoints) => basisPoints < 0 ? Text(basisPoints) : "+" + Text(basisPoints);
}
