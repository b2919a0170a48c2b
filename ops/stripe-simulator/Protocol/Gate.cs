using Roost.StripeSimulator.Control;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Protocol;

/// <summary>
/// What every call passes, in Stripe's order: key, limiter (and scripted faults), validation, idempotency, the lock of
/// the object, execution, and then the answer is stored before it is sent.
/// </summary>
public sealed class Gate(Accounts accounts)
{
    public const string Version = "2026-07-29.dahlia";
    static readonly TimeSpan LongestHang = TimeSpan.FromMinutes(2);

    public async Task Pass(HttpContext http, Operation operation)
    {
        var visit = new Visit(http);
        Fault? fault = null;
        try
        {
            visit.Account = accounts.Of(ApiKey.AccountOf(http.Request.Headers.Authorization));
            visit.Parameters = await Parameters.Of(http.Request);
            fault = visit.NextFault();
            if (fault?.Action is FaultAction.TimeoutBefore or FaultAction.ResetBefore or FaultAction.Html502)
            {
                visit.Write(fault);
                await GoSilent(http, fault);
                return;
            }
            if (fault is not null) FailBefore(visit, fault);
            visit.Answer = await Execute(http, visit, operation, fault);
        }
        catch (StripeError error)
        {
            visit.Answer = visit.Render(error);
        }
        visit.Write(fault);
        await Send(http, visit, fault);
    }

    static Task GoSilent(HttpContext http, Fault fault)
    {
        if (fault.Action is FaultAction.TimeoutBefore) return Hang(http, fault);
        if (fault.Action is FaultAction.ResetBefore)
        {
            http.Abort();
            return Task.CompletedTask;
        }
        http.Response.StatusCode = 502;
        http.Response.ContentType = "text/html";
        return http.Response.WriteAsync("<html><body>Bad Gateway</body></html>");
    }

    static void FailBefore(Visit visit, Fault fault)
    {
        switch (fault.Action)
        {
            case FaultAction.Http502: throw StripeError.Internal(502);
            case FaultAction.Http503: throw StripeError.Internal(503);
            case FaultAction.Http504: throw StripeError.Internal(504);
            case FaultAction.Conflict409: throw StripeError.KeyInUse(visit.Key ?? "");
            case FaultAction.RateLimit429: throw StripeError.RateLimited();
            case FaultAction.LockTimeout429: throw StripeError.LockTimeout();
            case FaultAction.Auth401: throw StripeError.Invalid("Expired API Key provided.", "api_key_expired", status: 401);
        }
    }

    static async Task<Answer> Execute(HttpContext http, Visit visit, Operation operation, Fault? fault)
    {
        var (account, parameters) = (visit.Account!, visit.Parameters!);
        var id = http.Request.RouteValues.GetValueOrDefault("id") as string ?? "";
        var expand = Rendering.ReadExpand(parameters);
        var execute = operation(new Call(parameters, id, $"{http.Request.Scheme}://{http.Request.Host}"));
        parameters.RefuseUnknown();

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            if (fault?.Action is FaultAction.Slow) await Task.Delay(fault.Delay, http.RequestAborted);
            return Answer(visit, account, execute, expand);
        }

        var entry = Begin(visit, account, parameters);
        if (entry?.Answer is not null) return entry.Answer;
        try
        {
            using var _ = id.Length > 0 ? await account.Busy.Take(id, http.RequestAborted) : null;
            // Stripe finishes what it began, whether or not the caller still listens
            if (fault?.Action is FaultAction.Slow) await Task.Delay(fault.Delay, CancellationToken.None);
            var answer = fault?.Action is FaultAction.Http500Before
                ? visit.Render(StripeError.Internal(500))
                : Answer(visit, account, execute, expand);
            if (fault?.Action is FaultAction.Http500After) answer = visit.Render(StripeError.Internal(500));
            if (entry is not null) lock (account.Lock) entry.Answer = answer;
            return answer;
        }
        catch (Exception unfinished) when (unfinished is StripeError or OperationCanceledException)
        {
            if (entry is not null) lock (account.Lock) account.Keys.Release(visit.Key!);
            throw;
        }
    }

    static IdempotencyKeys.Entry? Begin(Visit visit, Account account, Parameters parameters)
    {
        if (visit.Key is null) return null;
        lock (account.Lock)
        {
            account.CatchUp();
            var (entry, first) = account.Keys.Begin(visit.Key, visit.Path, parameters.Fingerprint, visit.RequestId, account.Now);
            visit.Replayed = !first;
            visit.OriginalRequest = entry.RequestId;
            return entry;
        }
    }

    static Answer Answer(Visit visit, Account account, Func<Account, object> execute, string[] expand)
    {
        lock (account.Lock)
        {
            account.CatchUp();
            try
            {
                return new Answer(200, Rendering.Render(account, execute(account), expand));
            }
            catch (StripeError error)
            {
                return visit.Render(error);
            }
            finally
            {
                visit.Made = account.TakeMade();
                account.Changes++;
            }
        }
    }

    static async Task Send(HttpContext http, Visit visit, Fault? fault)
    {
        if (fault?.Action is FaultAction.TimeoutAfter)
        {
            await Hang(http, fault);
            return;
        }
        var answer = visit.Answer!;
        visit.WriteHeaders(http.Response, answer);
        var body = fault?.Action switch
        {
            FaultAction.MalformedJson => "{\"id\": "u8.ToArray(),
            FaultAction.Empty200 => [],
            _ => answer.Body,
        };
        http.Response.ContentLength = body.Length;
        if (fault?.Action is FaultAction.ResetMidBody)
        {
            await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }
        await http.Response.Body.WriteAsync(body);
    }

    static async Task Hang(HttpContext http, Fault fault)
    {
        var delay = fault.Delay > TimeSpan.Zero ? fault.Delay : LongestHang;
        await Task.WhenAny(Task.Delay(delay, http.RequestAborted));
        http.Abort();
    }
}
