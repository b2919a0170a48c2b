using System.Text.Json.Serialization;
using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

public sealed record Feature(string Status);

public sealed record ChargeOutcome(string Type, string NetworkStatus, string? Reason, string RiskLevel, string SellerMessage)
{
    public int RiskScore => RiskLevel switch { "highest" => 90, "elevated" => 70, _ => 20 };
}

public sealed record ChargeCard(string Brand, string Last4, string Country, string Funding, string Fingerprint)
{
    public int ExpMonth => 12;
    public int ExpYear => 2034;
    public required CardChecks Checks { get; init; }
    public required long AmountAuthorized { get; init; }
    /// <summary>The hold lapses then. Only the charge knows it, nothing announces it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? CaptureBefore { get; set; }
    public required Feature ExtendedAuthorization { get; init; }
    public Feature IncrementalAuthorization => new("unavailable");
    public Feature Multicapture => new("unavailable");
    public string Network => Brand;
    public object? ThreeDSecure => null;
    public object? Wallet => null;
}

public sealed record PaymentMethodDetails(ChargeCard Card)
{
    public string Type => "card";
}

public sealed class Charge : IStripeObject
{
    public required string Id { get; init; }
    public string Object => "charge";
    public required long Created { get; init; }
    public bool Livemode => false;
    public required long Amount { get; init; }
    public long AmountCaptured { get; set; }
    /// <summary>After a partial capture this holds the released rest as well, as Stripe's does.</summary>
    public long AmountRefunded { get; set; }
    public string? BalanceTransaction => null;
    public required BillingDetails BillingDetails { get; init; }
    public bool Captured { get; set; }
    public required string Currency { get; init; }
    public string? Customer { get; init; }
    public string? Description { get; set; }
    public bool Disputed => false;
    public string? FailureCode { get; init; }
    public string? FailureMessage { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public required ChargeOutcome Outcome { get; init; }
    public required bool Paid { get; init; }
    public required string PaymentIntent { get; init; }
    public required string PaymentMethod { get; init; }
    public required PaymentMethodDetails PaymentMethodDetails { get; init; }
    public string? ReceiptUrl => null;
    public bool Refunded { get; set; }
    public string? Review => null;
    public string? SourceTransfer => null;
    public required string Status { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? TransferGroup { get; init; }
}
