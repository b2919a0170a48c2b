namespace Roost.Domain.Cancelling;

/// <summary>
/// What a guest gets back, by how long before local check-in they cancel: the first rule whose hours are more than met gives
/// the shares, none gives nothing. Plain data: a booking keeps a copy, so that a host's new policy never touches old bookings.
/// </summary>
/// <param name="UnusedNightsBasisPoints">After check-in: the share of the nights that begin on later days.</param>
public sealed record CancellationPolicy(string Name, int Version, IReadOnlyList<CancellationRule> Rules, int UnusedNightsBasisPoints)
{
    /// <summary>Null: too late for any rule.</summary>
    public CancellationRule? RuleAt(DateTimeOffset checkIn, DateTimeOffset cancelledAt) =>
        // Strictly more: at the instant of the deadline the free time is over.
        Rules.OrderByDescending(rule => rule.HoursBeforeCheckIn)
            .FirstOrDefault(rule => checkIn - cancelledAt > TimeSpan.FromHours(rule.HoursBeforeCheckIn));

    /// <summary>
    /// The policy once the guest has changed the booking: later refunds are at most what they were worth at the change.
    /// Otherwise moving the stay to next year and cancelling it there would undo the policy.
    /// </summary>
    public CancellationPolicy CappedBy(CancellationRule? rule)
    {
        var (nights, serviceFee) = (rule?.NightsBasisPoints ?? 0, rule?.ServiceFeeBasisPoints ?? 0);
        return this with
        {
            Rules =
            [
                .. Rules.Select(each => each with
                {
                    NightsBasisPoints = Math.Min(each.NightsBasisPoints, nights),
                    ServiceFeeBasisPoints = Math.Min(each.ServiceFeeBasisPoints, serviceFee),
                }),
            ],
            UnusedNightsBasisPoints = Math.Min(UnusedNightsBasisPoints, nights),
        };
    }
}

/// <summary>More than this many hours before local check-in, these shares are given back.</summary>
public sealed record CancellationRule(int HoursBeforeCheckIn, int NightsBasisPoints, int ServiceFeeBasisPoints);
