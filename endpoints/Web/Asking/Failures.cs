using Npgsql;

namespace Roost.Web.Asking;

/// <summary>Outermost of what is ours: whatever flies or comes without a body leaves as a problem, and never with details of the inside.</summary>
sealed class Failures(RequestDelegate next, ILogger<Failures> log)
{
    const string WaitSeconds = "2";

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await Problems.OfStatus(http.Response.StatusCode).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.Headers[Platform.Logging.RequestId.HttpHeader] = http.TraceIdentifier;
            await Answer(http, e).ExecuteAsync(http);
        }
    }

    IResult Answer(HttpContext http, Exception e)
    {
        if (e is BadHttpRequestException bad) return BadBodies.Explain(bad);
        if (IsOutage(e))
        {
            log.LogWarning(e, "Something we need is down");
            http.Response.Headers.RetryAfter = WaitSeconds;
            return Problems.OfStatus(StatusCodes.Status503ServiceUnavailable);
        }
        log.LogError(e, "A request failed for a reason that nobody foresaw");
        return Problems.OfStatus(StatusCodes.Status500InternalServerError);
    }

    static bool IsOutage(Exception e) => e is NpgsqlException { IsTransient: true } or TimeoutException or OperationCanceledException
        || e is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections };
}
