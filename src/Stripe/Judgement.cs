using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Roost.Stripe;

/// <summary>From an HTTP response to what is known, and whether trying again at once can help.</summary>
static class Judgement
{
    public static (Answer<T> Answer, bool Again) Of<T>(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var requestId = Header(response, "Request-Id");
        var replayed = Header(response, "Idempotent-Replayed") == "true";
        var should = Header(response, "Stripe-Should-Retry");
        var (answer, again) = status switch
        {
            200 => (Success<T>(body, replayed), false),
            401 or 403 => (new NotNow<T>($"Stripe does not let us in ({status})"), false),
            402 => (Decline<T>(body), false),
            408 or 409 or 429 => (new NotNow<T>($"Stripe is busy ({status})"), true),
            424 or >= 500 => Failure<T>(replayed),
            >= 400 => (Refusal<T>(body), false),
            _ => (new Unknown<T>(UnknownBecause.NoAnswer), false),
        };
        // Stripe's own word on retrying counts more than the status, but never turns a decided answer into a doubtful one
        if (should is not null && answer is NotNow<T> or Unknown<T> { Because: UnknownBecause.NoAnswer }) again = should == "true";
        return (answer with { RequestId = requestId }, again);
    }

    static (Answer<T>, bool) Failure<T>(bool replayed) => replayed
        ? (new Unknown<T>(UnknownBecause.StoredFailure), false)
        : (new Unknown<T>(UnknownBecause.NoAnswer), true);

    static Answer<T> Success<T>(byte[] body, bool replayed) => Parse<T>(body) switch
    {
        null => new Unknown<T>(UnknownBecause.NoAnswer),
        PaymentIntent { Status: IntentStatus.RequiresAction } intent => new RequiresAction<T>((T)(object)intent),
        { } value => new Succeeded<T>(value, replayed),
    };

    static Answer<T> Decline<T>(byte[] body) =>
        Parse<ErrorEnvelope>(body)?.Error is { } error ? new Declined<T>(error) : new Unknown<T>(UnknownBecause.NoAnswer);

    static Answer<T> Refusal<T>(byte[] body) => Parse<ErrorEnvelope>(body)?.Error switch
    {
        null => new Unknown<T>(UnknownBecause.NoAnswer),
        { Type: "idempotency_error" } => new Unknown<T>(UnknownBecause.KeyReused),
        { } error => new Refused<T>(error),
    };

    static TShape? Parse<TShape>(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, (JsonTypeInfo<TShape>)StripeJson.Default.GetTypeInfo(typeof(TShape))!);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
