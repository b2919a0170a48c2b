using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Saving;

/// <summary>Keeps a card for later charges, with the cardholder's consent, and moves no money.</summary>
public sealed class SetupIntent : IStripeObject
{
    public required string Id { get; init; }
    public string Object => "setup_intent";
    public required long Created { get; init; }
    public bool Livemode => false;
    public object? AutomaticPaymentMethods => null;
    public string? CancellationReason { get; set; }
    public required string ClientSecret { get; init; }
    public string? Customer { get; init; }
    public string? Description { get; init; }
    public ErrorBody? LastSetupError { get; set; }
    public string? LatestAttempt => null;
    public string? Mandate => null;
    public Dictionary<string, string> Metadata { get; init; } = [];
    public NextAction? NextAction { get; set; }
    public string? OnBehalfOf => null;
    public string? PaymentMethod { get; set; }
    public object? PaymentMethodOptions => null;
    public string[] PaymentMethodTypes => ["card"];
    public required string Status { get; set; }
    public required string Usage { get; init; }

    [Hidden]
    public bool AwaitsConfirmation =>
        Status is IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation or IntentStatus.RequiresAction;
}
