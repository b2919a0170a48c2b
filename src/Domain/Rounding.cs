namespace Roost.Domain;

/// <summary>The one place where money is rounded.</summary>
public static class Rounding
{
    /// <summary>The nearest whole number to numerator/denominator; exactly between two, the even one.</summary>
    public static long HalfEven(Int128 numerator, Int128 denominator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(denominator, Int128.Zero);
        var floor = numerator / denominator;
        var rest = numerator - floor * denominator;
        if (rest < 0)
        {
            floor--;
            rest += denominator;
        }
        var twice = rest * 2;
        var up = twice > denominator || (twice == denominator && Int128.IsOddInteger(floor));
        return checked((long)(up ? floor + 1 : floor));
    }

    /// <summary>
    /// Largest remainder: each part gets its share rounded towards zero to whole steps, and the steps left over go one each
    /// to the parts that lost most, the earlier part first when two lost the same. What does not fill a step goes to the
    /// first part that has weight. The parts sum to the amount, always, and the same input gives the same parts.
    /// </summary>
    public static long[] Split(long amount, long step, IReadOnlyList<long> weights)
    {
        if (weights.Any(weight => weight < 0)) throw new ArgumentException("A weight cannot be negative.", nameof(weights));
        var total = weights.Aggregate(Int128.Zero, (sum, weight) => sum + weight);
        if (total == 0 && amount == 0) return new long[weights.Count];
        if (total == 0) throw new ArgumentException("Nothing to split by: all weights are zero.", nameof(weights));

        var sign = amount < 0 ? -1 : 1;
        var (steps, loose) = Int128.DivRem(Int128.Abs(amount), step);

        var parts = weights.Select(weight => steps * weight / total).ToArray();
        var left = steps - parts.Aggregate(Int128.Zero, (sum, part) => sum + part);
        var mostLostFirst = Enumerable.Range(0, parts.Length)
            .OrderByDescending(index => steps * weights[index] % total)
            .ThenBy(index => index);
        foreach (var index in mostLostFirst.Take((int)left)) parts[index]++;

        var split = parts.Select(part => checked((long)(part * step * sign))).ToArray();
        split[weights.TakeWhile(weight => weight == 0).Count()] += (long)loose * sign;
        return split;
    }
}
