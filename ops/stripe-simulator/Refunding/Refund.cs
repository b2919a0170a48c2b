using System.Text.Json.Serialization;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Refunding;

public sealed record RefundedCard(string Type);

public sealed record DestinationDetails(RefundedCard Card)
{
    public string Type => "card";
}

public sealed class Refund : IStripeObject
{
    public required string Id { get; init; }
    public string Object => "refund";
    public required long Created { get; init; }
    public required long Amount { get; init; }
    public string? BalanceTransaction => null;
    public required string Charge { get; init; }
    public required string Currency { get; init; }
    public DestinationDetails DestinationDetails => new(new RefundedCard(Status == "pending" ? "pending" : "refund"));
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? FailureReason { get; set; }
    public Dictionary<string, string> Metadata { get; init; } = [];
    public required string PaymentIntent { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PendingReason { get; set; }
    public string? Reason { get; init; }
    public string? ReceiptNumber => null;
    public string? SourceTransferReversal => null;
    public required string Status { get; set; }
    public string? TransferReversal => null;
}
