using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Saving;

namespace Roost.StripeSimulator.Protocol;

/// <summary>Stripe's error object. Fields that do not apply are absent, as in the published schema.</summary>
public sealed record ErrorBody
{
    public required string Type { get; init; }
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? AdviceCode { get; init; }
    public required string Message { get; init; }
    public string? Param { get; init; }
    public string? Charge { get; init; }
    public PaymentIntent? PaymentIntent { get; init; }
    public SetupIntent? SetupIntent { get; init; }
    public PaymentMethod? PaymentMethod { get; init; }
    public string? DocUrl => Code is null ? null : $"https://stripe.com/docs/error-codes/{Code.Replace('_', '-')}";
}

/// <summary>A call that ends in something else than 200.</summary>
public sealed class StripeError(int status, ErrorBody body) : Exception(body.Message)
{
    public int Status => status;
    public ErrorBody Body => body;

    /// <summary>The header that overrides a client's own rules about retrying.</summary>
    public bool? ShouldRetry { get; init; }
    public string? RateLimitedReason { get; init; }

    public static StripeError Invalid(string message, string? code = null, string? param = null, int status = 400) =>
        new(status, new ErrorBody { Type = "invalid_request_error", Code = code, Message = message, Param = param });

    public static StripeError NoSuch(string what, string id, string? param) =>
        Invalid($"No such {what}: '{id}'", "resource_missing", param ?? "id", status: param is null ? 404 : 400);

    public static StripeError WrongState(PaymentIntent intent, string action) => new(400, new ErrorBody
    {
        Type = "invalid_request_error",
        Code = "payment_intent_unexpected_state",
        Message = $"This PaymentIntent could not be {action} because it has a status of {intent.Status}.",
        PaymentIntent = intent,
    });

    public static StripeError WrongState(SetupIntent intent, string action) => new(400, new ErrorBody
    {
        Type = "invalid_request_error",
        Code = "setup_intent_unexpected_state",
        Message = $"This SetupIntent could not be {action} because it has a status of {intent.Status}.",
        SetupIntent = intent,
    });

    public static StripeError KeyReused(string key) => new(400, new ErrorBody
    {
        Type = "idempotency_error",
        Message = $"Keys for idempotent requests can only be used with the same parameters they were first used with. Key: {key}",
    });

    public static StripeError KeyInUse(string key) => new(409, new ErrorBody
    {
        Type = "idempotency_error",
        Code = "idempotency_key_in_use",
        Message = $"There is currently another in-progress request using this idempotency key: {key}",
    });

    public static StripeError LockTimeout() => new(429, new ErrorBody
    {
        Type = "invalid_request_error",
        Code = "lock_timeout",
        Message = "This object cannot be accessed right now because another request is changing it.",
    })
    { ShouldRetry = true };

    public static StripeError RateLimited() => new(429, new ErrorBody
    {
        Type = "invalid_request_error",
        Code = "rate_limit",
        Message = "Request rate limit exceeded.",
    })
    { RateLimitedReason = "global-rate" };

    public static StripeError Internal(int status) =>
        new(status, new ErrorBody { Type = "api_error", Message = "An unexpected error occurred." });
}
