using NServiceBus.CustomChecks;

namespace Roost.Calendar.Checking;

/// <summary>Tells the platform tools what the watch saw last.</summary>
public sealed class NightsAddUp(InvariantWatch watch, InvariantWatch.Pace pace) : CustomCheck("The nights add up", "Calendar", pace.Every)
{
    public override Task<CheckResult> PerformCheck(CancellationToken cancellationToken = default) =>
        watch.Wrong is { } wrong ? CheckResult.Failed(wrong) : CheckResult.Pass;
}
