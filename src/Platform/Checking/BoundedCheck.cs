using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Roost.Platform.Checking;

/// <summary>No check keeps the others waiting: after two seconds the answer is no, whether or not it can be interrupted.</summary>
sealed class BoundedCheck(IHealthCheck check) : IHealthCheck
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Longest);
        try
        {
            return await check.CheckHealthAsync(context, bound.Token).WaitAsync(Longest, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"no answer within {Longest.TotalSeconds:0} s");
        }
    }
}

public static class BoundedChecks
{
    /// <param name="needed">Without it the endpoint is not ready; otherwise it is only reported as degraded.</param>
    public static IHealthChecksBuilder AddBounded<TCheck>(this IHealthChecksBuilder checks, string name, bool needed) where TCheck : class, IHealthCheck
    {
        checks.Services.AddSingleton<TCheck>();
        return checks.Add(new HealthCheckRegistration(
            name,
            services => new BoundedCheck(services.GetRequiredService<TCheck>()),
            needed ? HealthStatus.Unhealthy : HealthStatus.Degraded,
            tags: null));
    }
}
