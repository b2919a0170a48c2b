using NServiceBus.Persistence.Sql;
using NServiceBus.TransactionalSession;
using Roost.Web.Identity;

namespace Roost.Web.Asking;

/// <summary>
/// A route that changes something: what it writes (ISqlStorageSession) and what it sends (ITransactionalSession) is committed together after
/// it answered, and with an Idempotency-Key also the answer. A 4xx is committed like a success, it is an answer; 400, 422, 429, 5xx and
/// exceptions undo everything and are not remembered (P-64).
/// </summary>
public static class OnceExtensions
{
    /// <summary>
    /// A filter added *before* this one sees the kept answer, with the transaction over: the place to wait for what follows of it.
    /// </summary>
    public static RouteHandlerBuilder Once(this RouteHandlerBuilder route, bool keyRequired = false) =>
        route
            .WithMetadata(new OnceMetadata(), new TakesHeader("Idempotency-Key", "Up to 255 printable characters: a repeat with the same key and body gets the first answer again.", keyRequired))
            .Refuses(StatusCodes.Status409Conflict, "idempotency_in_progress")
            .Refuses(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "invalid_request")
            .WithMetadata(keyRequired ? [new Refuses(StatusCodes.Status428PreconditionRequired, ["idempotency_key_required"])] : [])
            .AddEndpointFilter((context, next) => new Once(keyRequired).Run(context, next));

    /// <summary>The body is read twice: by the route, and for its hash.</summary>
    internal static IApplicationBuilder UseBufferedBodies(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<OnceMetadata>() is not null) http.Request.EnableBuffering();
        return next(http);
    });
}

sealed record OnceMetadata;

/// <summary>What came of the request so far: set by the route, kept with the key. In the scope of one request.</summary>
public sealed class Outcome
{
    /// <summary>The booking, change or request that the answer is about.</summary>
    public Guid? About { get; set; }
}

sealed class Once(bool keyRequired)
{
    const string RetrySeconds = "1";
    const int LongestKey = 255;

    public async ValueTask<object?> Run(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        var given = Key(http.Request.Headers);
        if (given is null && keyRequired)
            return Problems.Of(StatusCodes.Status428PreconditionRequired, "idempotency_key_required", "Send an Idempotency-Key header, so that a repeat is no second one.");
        if (given is { Length: 0 or > LongestKey } || given?.All(c => c is >= ' ' and <= '~') == false)
            return Problems.Invalid("Idempotency-Key", $"1 to {LongestKey} printable ASCII characters.");

        using var turn = await services.GetRequiredService<Turns>().Take(http.RequestAborted);
        using var session = services.GetRequiredService<ITransactionalSession>();
        await session.Open(new SqlPersistenceOpenSessionOptions(), http.RequestAborted);
        if (given is null || Caller.Of(http.User) is not { } caller) return await Work(context, next, session, keep: null);

        var answers = new KeptAnswers(services.GetRequiredService<ISqlStorageSession>());
        var key = new AnswerKey(caller.UserId, Route(http), given);
        var hash = await Hash(http.Request);
        var (isFirst, earlier) = await answers.Begin(key, hash, http.RequestAborted);
        if (isFirst)
        {
            return await Work(context, next, session, answer => answers.Keep(key, answer, http.RequestAborted));
        }
        await session.Commit(http.RequestAborted); // nothing in it: gives the connection back before anybody waits
        return earlier switch
        {
            null => InProgress(http),
            { Answer: { } answer } when earlier.BodyHash.AsSpan().SequenceEqual(hash) => answer with { IsReplay = true, Key = key },
            { Answer: null } => InProgress(http),
            _ => Problems.Of(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "This key came with another request before."),
        };
    }

    static async Task<object?> Work(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, ITransactionalSession session, Func<KeptAnswer, Task<AnswerKey>>? keep)
    {
        var http = context.HttpContext;
        var answer = await KeptAnswer.Of(await next(context), http);
        if (!answer.IsDefinitive) return answer; // the session ends without a commit

        answer = answer with { About = http.RequestServices.GetRequiredService<Outcome>().About };
        if (keep is not null) answer = answer with { Key = await keep(answer) };
        await session.Commit(http.RequestAborted);
        return answer;
    }

    static string? Key(IHeaderDictionary headers) =>
        headers.TryGetValue("Idempotency-Key", out var key) || headers.TryGetValue("X-Idempotency-Key", out key) ? key.ToString() : null;

    static string Route(HttpContext http) => $"{http.Request.Method} {((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText}";

    static async Task<byte[]> Hash(HttpRequest request)
    {
        request.Body.Position = 0;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return Meaning.Hash($"{request.Path}{request.QueryString}", body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    static IResult InProgress(HttpContext http)
    {
        http.Response.Headers.RetryAfter = RetrySeconds;
        return Problems.Conflict("idempotency_in_progress", "The first request with this key is still running.");
    }
}
