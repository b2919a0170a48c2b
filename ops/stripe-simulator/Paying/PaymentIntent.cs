using System.Text.Json.Serialization;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

public static class IntentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

/// <summary>What the guest has to do: at a page of the bank, or through Stripe's own code in the browser.</summary>
public sealed record NextAction(
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RedirectToUrl? RedirectToUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, string>? UseStripeSdk)
{
    public static NextAction For(string id, string baseUrl, string? returnUrl)
    {
        var page = $"{baseUrl}/_control/3ds/{id}";
        return returnUrl is null
            ? new NextAction("use_stripe_sdk", null, new() { ["type"] = "three_d_secure_redirect", ["stripe_js"] = page })
            : new NextAction("redirect_to_url", new RedirectToUrl(page, returnUrl), null);
    }
}

public sealed record RedirectToUrl(string Url, string? ReturnUrl);

/// <summary>What a card payment asks of the issuer, beyond the money.</summary>
public sealed record CardOptions(string? RequestThreeDSecure, string? RequestExtendedAuthorization)
{
    public bool AsksForAuthentication => RequestThreeDSecure is "any" or "challenge";
}

public sealed class PaymentIntent : IStripeObject
{
    public required string Id { get; init; }
    public string Object => "payment_intent";
    public required long Created { get; init; }
    public bool Livemode => false;
    public required long Amount { get; set; }
    public required string Currency { get; set; }
    public long AmountCapturable { get; set; }
    public long AmountReceived { get; set; }
    public long? ApplicationFeeAmount => null;
    public object? AutomaticPaymentMethods => null;
    public long? CanceledAt { get; set; }
    public string? CancellationReason { get; set; }
    public required string CaptureMethod { get; init; }
    public required string ClientSecret { get; init; }
    public string ConfirmationMethod => "automatic";
    public string? Customer { get; set; }
    public string? Description { get; set; }
    public ErrorBody? LastPaymentError { get; set; }
    public string? LatestCharge { get; set; }
    public Dictionary<string, string> Metadata { get; init; } = [];
    public NextAction? NextAction { get; set; }
    public string? OnBehalfOf => null;
    public string? PaymentMethod { get; set; }
    public object? PaymentMethodOptions => null;
    public string[] PaymentMethodTypes => ["card"];
    public object? Processing => null;
    public string? ReceiptEmail { get; set; }
    public string? Review => null;
    public string? SetupFutureUsage { get; set; }
    public string? StatementDescriptor => null;
    public string? StatementDescriptorSuffix { get; set; }
    public required string Status { get; set; }
    public object? TransferData => null;
    public string? TransferGroup { get; set; }

    [Hidden] public CardOptions Options { get; set; } = new(null, null);
    [Hidden] public bool OffSession { get; set; }

    [Hidden]
    public bool AwaitsConfirmation =>
        Status is IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation or IntentStatus.RequiresAction;
}
