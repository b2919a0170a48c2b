using System.Text.Json.Serialization;

namespace Roost.Stripe;

/// <summary>The fields of Stripe's objects that we rely on. Everything else they carry, now or later, is skipped.</summary>
public sealed record PaymentIntent : IHasId
{
    public required string Id { get; init; }
    public required string Status { get; init; }
    public long Amount { get; init; }
    public long AmountCapturable { get; init; }
    public long AmountReceived { get; init; }
    public string Currency { get; init; } = "";
    public long Created { get; init; }
    public string? ClientSecret { get; init; }
    public string? CancellationReason { get; init; }
    [JsonConverter(typeof(ExpandableConverter<Charge>))] public Expandable<Charge> LatestCharge { get; init; }
    public StripeError? LastPaymentError { get; init; }
    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>The hold lapses then; null when nothing is held or the charge was not opened.</summary>
    [JsonIgnore]
    public DateTimeOffset? CaptureBefore =>
        LatestCharge.Value?.PaymentMethodDetails?.Card?.CaptureBefore is { } unix ? DateTimeOffset.FromUnixTimeSeconds(unix) : null;

    // the client secret must not reach a log by way of an interpolated string
    public override string ToString() => $"{Id} ({Status})";
}

public static class IntentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string Processing = "processing";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

public sealed record Charge : IHasId
{
    public required string Id { get; init; }
    public long Amount { get; init; }
    public long AmountCaptured { get; init; }
    public bool Captured { get; init; }
    [JsonConverter(typeof(ExpandableConverter<PaymentIntent>))] public Expandable<PaymentIntent> PaymentIntent { get; init; }
    public PaymentMethodDetails? PaymentMethodDetails { get; init; }
}

public sealed record PaymentMethodDetails
{
    public CardDetails? Card { get; init; }
}

public sealed record CardDetails
{
    public long? CaptureBefore { get; init; }
}

public sealed record Refund
{
    public required string Id { get; init; }
    public long Amount { get; init; }
    public string? Status { get; init; }
    public string? FailureReason { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }

    [JsonIgnore] public bool HasFailed => Status is "failed" or "canceled";
}

public sealed record StripeList<T>
{
    public T[] Data { get; init; } = [];
    public bool HasMore { get; init; }
}

/// <summary>Messages are for people and change: decide by type, code and decline code.</summary>
public sealed record StripeError
{
    public string Type { get; init; } = "";
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? Param { get; init; }
    public string? Message { get; init; }
    public PaymentIntent? PaymentIntent { get; init; }

    public override string ToString() => $"{Type} {Code} {DeclineCode} {Param}".TrimEnd();
}

sealed record ErrorEnvelope
{
    public StripeError? Error { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PaymentIntent))]
[JsonSerializable(typeof(Charge))]
[JsonSerializable(typeof(StripeList<Charge>))]
[JsonSerializable(typeof(Refund))]
[JsonSerializable(typeof(StripeList<Refund>))]
[JsonSerializable(typeof(ErrorEnvelope))]
sealed partial class StripeJson : JsonSerializerContext;
