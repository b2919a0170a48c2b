using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Serilog.Context;

namespace Roost.Platform.Logging;

/// <summary>
/// The id of the request that began it all: taken from X-Request-Id or made, echoed, in every log line, and carried by every message that
/// follows from it.
/// </summary>
public static class RequestId
{
    public const string HttpHeader = "X-Request-Id";
    public const string MessageHeader = "Roost.RequestId";
    const int LongestTaken = 128;

    static readonly AsyncLocal<string?> current = new();

    public static string? Current => current.Value;

    /// <summary>Until disposed, log lines and outgoing messages carry the id.</summary>
    public static IDisposable Continue(string id)
    {
        current.Value = id;
        return LogContext.PushProperty("RequestId", id);
    }

    /// <summary>A stranger's id goes into logs and headers: short, and letters that mean nothing there. '@' is not among them.</summary>
    public static string Accept(string? offered) =>
        offered is { Length: > 0 and <= LongestTaken } && offered.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? offered
            : Guid.CreateVersion7().ToString();
}

/// <summary>First in every pipeline. One line per request that changed or refused something: method, route and status, never the path or query.</summary>
sealed class RequestIdFilter(ILogger<RequestIdFilter> log) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Run);
        next(app);
    };

    async Task Run(HttpContext http, RequestDelegate next)
    {
        var id = RequestId.Accept(http.Request.Headers[RequestId.HttpHeader]);
        http.TraceIdentifier = id;
        http.Response.Headers[RequestId.HttpHeader] = id;
        var started = Stopwatch.GetTimestamp();
        using var messages = RequestId.Continue(id);
        // The web server's scope says RequestId too, the one it made up; the innermost scope wins.
        using var lines = log.BeginScope(new KeyValuePair<string, object>[] { new("RequestId", id) });

        await next(http);

        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
        var level = http.Response.StatusCode >= 500 ? LogLevel.Warning
            : http.Response.StatusCode >= 400 || !HttpMethods.IsGet(http.Request.Method) ? LogLevel.Information
            : LogLevel.Debug;
        if (route.StartsWith("/health", StringComparison.Ordinal)) level = LogLevel.Debug;
        log.Log(level, "{Method} {Route} answered {Status} in {Milliseconds} ms",
            http.Request.Method, route, http.Response.StatusCode, Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1));
    }
}
