namespace Roost.Domain.Cancelling;

/// <summary>
/// The policies a host can choose from. The service fee comes back only with everything else; cleaning comes back in full
/// as long as nobody has arrived, under each of them.
/// </summary>
public static class CancellationPolicies
{
    const int Day = 24;
    const int All = 10_000;
    const int Half = 5_000;

    public static readonly CancellationPolicy Flexible = new("flexible", 1,
        [new(1 * Day, All, All), new(0, Half, 0)], UnusedNightsBasisPoints: Half);

    public static readonly CancellationPolicy Moderate = new("moderate", 1,
        [new(5 * Day, All, All), new(1 * Day, Half, 0)], UnusedNightsBasisPoints: 0);

    public static readonly CancellationPolicy Strict = new("strict", 1,
        [new(14 * Day, All, All), new(7 * Day, Half, 0)], UnusedNightsBasisPoints: 0);

    public static readonly IReadOnlyList<CancellationPolicy> Offered = [Flexible, Moderate, Strict];

    public static CancellationPolicy? Named(string? name) => Offered.FirstOrDefault(policy => policy.Name == name);
}
