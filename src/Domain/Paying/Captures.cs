namespace Roost.Domain.Paying;

/// <summary>What to do with authorised money: take this much, let that much go. The two are what was authorised.</summary>
public sealed record CapturePlan(Money Take, Money LetGo);

/// <summary>Never more than was authorised is taken, and what is not taken does not stay reserved on the guest's card.</summary>
public static class Captures
{
    /// <param name="owed">What the guest owes now: the price less everything that goes back.</param>
    public static CapturePlan Plan(Money authorized, Money owed)
    {
        if (owed.IsNegative() || owed > authorized) throw new ArgumentOutOfRangeException(nameof(owed), $"{owed} of {authorized} authorised.");
        return new(owed, authorized - owed);
    }
}
