using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Roost.Platform.Measuring;

namespace Roost.Platform.Checking;

/// <summary>What operators and probes ask: from this machine, or on the operations port. To anybody else these routes do not exist.</summary>
public static class OperationsRoutes
{
    public static RouteGroupBuilder MapOperations(this IEndpointRouteBuilder routes)
    {
        var operationsPort = routes.ServiceProvider.GetRequiredService<PlatformSettings>().Operations?.Port;
        var group = routes.MapGroup("").ExcludeFromDescription();
        group.AddEndpointFilter(async (context, next) => IsOperator(context.HttpContext, operationsPort) ? await next(context) : Results.NotFound());
        return group;
    }

    internal static void MapHealthAndMetrics(this RouteGroupBuilder operations)
    {
        operations.MapGet("/health/live", () => Results.Ok(new { status = "live" }));
        operations.MapGet("/health/ready", Ready);
        operations.MapGet("/metrics", WriteMetrics);
    }

    static async Task<IResult> Ready(Readiness readiness, PlatformSettings settings)
    {
        var report = await readiness.Look();
        var isReady = report.Status != HealthStatus.Unhealthy && !readiness.IsStopping;
        var answer = new
        {
            status = isReady ? "ready" : readiness.IsStopping ? "stopping" : "not ready",
            endpoint = settings.Endpoint,
            process = Environment.ProcessId,
            dependencies = report.Entries.ToDictionary(entry => entry.Key, entry => new
            {
                status = entry.Value.Status switch { HealthStatus.Healthy => "up", HealthStatus.Degraded => "degraded", _ => "down" },
                milliseconds = Math.Round(entry.Value.Duration.TotalMilliseconds, 1),
                why = Readiness.Why(entry.Value),
            }),
        };
        return Results.Json(answer, statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    static IResult WriteMetrics(Metrics metrics)
    {
        using var text = new StringWriter();
        metrics.Write(text);
        return Results.Text(text.ToString(), "text/plain; version=0.0.4", Encoding.UTF8);
    }

    /// <summary>A proxy on this machine makes strangers look local, but says that it forwards.</summary>
    static bool IsOperator(HttpContext http, int? operationsPort)
    {
        if (http.Connection.LocalPort == operationsPort) return true;
        var isLocal = http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);
        return isLocal && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
    }
}
