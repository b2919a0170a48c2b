namespace Roost.Domain.Cancelling;

/// <summary>The later a host lets a guest down, the dearer: a share of the accommodation, by hours before local check-in.</summary>
public static class HostPenalties
{
    public static readonly IReadOnlyList<(int HoursBeforeCheckIn, int BasisPoints)> Steps = [(30 * 24, 1_000), (48, 2_500)];

    const int Later = 5_000;

    public static Money Of(CancellableBooking booking, DateTimeOffset at)
    {
        var before = booking.CheckInAt - at;
        foreach (var (hours, basisPoints) in Steps)
        {
            if (before > TimeSpan.FromHours(hours)) return booking.Price.Accommodation.BasisPoints(basisPoints);
        }
        return booking.Price.Accommodation.BasisPoints(Later);
    }
}
