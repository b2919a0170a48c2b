using Npgsql;
using Roost.Web.Asking;

namespace Roost.Web.Watching;

/// <summary>What came of something that was asked for: the answer, or null while it is still under way.</summary>
public delegate Task<IResult?> OutcomeOf(Guid about, HttpContext http);

public static class Outcomes
{
    static readonly TimeSpan usually = TimeSpan.FromSeconds(5);

    /// <summary>
    /// To be added before <c>Once()</c>: what was asked for is committed, and the client gets what came of it if that takes a moment only, else the 202.
    /// A final answer replaces the first one for whoever repeats the request.
    /// </summary>
    public static RouteHandlerBuilder AnswersWith(this RouteHandlerBuilder route, OutcomeOf outcome) => route.Waits().AddEndpointFilter(async (context, next) =>
    {
        var answer = await next(context);
        if (answer is not KeptAnswer { Status: StatusCodes.Status202Accepted, About: { } about } accepted) return answer;

        var http = context.HttpContext;
        if (await Outcome(about, outcome, http) is not { } result) return answer;

        foreach (var header in KeptAnswer.Remembered) http.Response.Headers.Remove(header); // of the first answer
        var final = await KeptAnswer.Of(result, http) with { About = about, IsReplay = accepted.IsReplay };
        if (accepted.Key is { } key && final.Status != StatusCodes.Status202Accepted)
            await KeptAnswers.Replace(http.RequestServices.GetRequiredService<NpgsqlDataSource>(), key, final, http.RequestAborted);
        return final;
    });

    /// <summary>For the description: the client may say how long it waits.</summary>
    public static RouteHandlerBuilder Waits(this RouteHandlerBuilder route) =>
        route.Takes("Prefer", "wait=5 (RFC 7240): seconds to wait for the outcome, 10 at most; without one in that time the answer is 202.");

    static async Task<IResult?> Outcome(Guid about, OutcomeOf outcome, HttpContext http)
    {
        var (watch, clock) = (http.RequestServices.GetRequiredService<Watch>(), http.RequestServices.GetRequiredService<TimeProvider>());
        var patience = Patience.Of(http.Request) ?? usually;
        var started = clock.GetTimestamp();
        for (string? seen = null; ;)
        {
            var left = patience - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || (seen = await watch.Next(about, seen, left, http.RequestAborted)) is null) return null;
            if (await outcome(about, http) is { } result) return result;
        }
    }
}
