using NServiceBus.CustomChecks;
using Roost.Bus.Hosting;

namespace Roost.Bus.Platform;

/// <summary>Performs a check and reports how it went; a check that throws has failed.</summary>
sealed class CustomCheckReports(CustomCheckSettings settings, string endpoint, HostIdentity host, PlatformSender sender, TimeProvider clock)
{
    const string Report = "ServiceControl.Plugin.CustomChecks.Messages.ReportCustomCheckResult";

    public async Task Perform(ICustomCheck check, CancellationToken ct)
    {
        var result = await Result(check, ct);
        await sender.Send(
            settings.Queue, Report,
            new
            {
                HostId = host.Id, CustomCheckId = check.Id, check.Category, result.HasFailed, result.FailureReason,
                ReportedAt = clock.GetUtcNow().UtcDateTime, EndpointName = endpoint, Host = host.DisplayName,
            },
            settings.TimeToLive ?? check.Interval * 4, ct);
    }

    static async Task<CheckResult> Result(ICustomCheck check, CancellationToken ct)
    {
        try
        {
            return await check.PerformCheck(ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            return CheckResult.Failed(failure.Message);
        }
    }
}
