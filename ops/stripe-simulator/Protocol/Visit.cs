using Roost.StripeSimulator.Control;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Protocol;

/// <summary>What is known about one call while it passes the gate.</summary>
public sealed class Visit(HttpContext http)
{
    static long visits;

    public string RequestId { get; } = $"req_{Interlocked.Increment(ref visits):x14}";
    public string Method { get; } = http.Request.Method;
    public string Path { get; } = http.Request.Path.Value ?? "";
    public string? Key { get; } = http.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } key] ? key : null;
    public Account? Account { get; set; }
    public Parameters? Parameters { get; set; }
    public Answer? Answer { get; set; }
    public bool Replayed { get; set; }
    public string? OriginalRequest { get; set; }
    public string[] Made { get; set; } = [];

    public Fault? NextFault()
    {
        lock (Account!.Lock) return Account.Faults.Next(Method, Path, Key);
    }

    public void Write(Fault? fault)
    {
        if (Account is null) return;
        lock (Account.Lock)
            Account.Journal.Add(new JournalEntry(Account.Clock.Now, RequestId, Method, Path, Key, Answer?.Status, Replayed, fault?.Action, Made));
    }

    public Answer Render(StripeError error)
    {
        // an error can carry the object it is about, which must not change while it is written
        var body = Account is null ? Rendering.Render(error) : Locked(error);
        return new Answer(error.Status, body) { ShouldRetry = error.ShouldRetry, RateLimitedReason = error.RateLimitedReason };
    }

    byte[] Locked(StripeError error)
    {
        lock (Account!.Lock) return Rendering.Render(error);
    }

    public void WriteHeaders(HttpResponse response, Answer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.Headers["Request-Id"] = RequestId;
        response.Headers["Stripe-Version"] = Gate.Version;
        if (Key is not null) response.Headers["Idempotency-Key"] = Key;
        if (OriginalRequest is not null) response.Headers["Original-Request"] = OriginalRequest;
        if (Replayed) response.Headers["Idempotent-Replayed"] = "true";
        if (answer.Status == 200) response.Headers["Stripe-Should-Retry"] = "false";
        if (answer.ShouldRetry is { } retry) response.Headers["Stripe-Should-Retry"] = retry ? "true" : "false";
        if (answer.RateLimitedReason is { } reason) response.Headers["Stripe-Rate-Limited-Reason"] = reason;
    }
}
