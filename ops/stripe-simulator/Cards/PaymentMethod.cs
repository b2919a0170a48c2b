using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Cards;

public sealed record CardChecks(string? CvcCheck)
{
    public string? AddressLine1Check => null;
    public string? AddressPostalCodeCheck => null;
}

public sealed record BillingDetails(string? Name = null, string? Email = null, string? Phone = null)
{
    public object? Address => null;
}

public sealed record PaymentMethodCard(string Brand, string Last4, string Country, string Funding, string Fingerprint)
{
    public CardChecks Checks { get; init; } = new("pass");
    public int ExpMonth { get; init; } = 12;
    public int ExpYear { get; init; } = 2034;
    public object? Wallet => null;
}

public sealed class PaymentMethod : IStripeObject
{
    public required string Id { get; init; }
    public string Object => "payment_method";
    public required long Created { get; init; }
    public bool Livemode => false;
    public string Type => "card";
    public string AllowRedisplay => "unspecified";
    public required PaymentMethodCard Card { get; init; }
    public BillingDetails BillingDetails { get; init; } = new();
    public string? Customer { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>Which row of the table of test cards decides what happens.</summary>
    [Hidden] public required TestCard Behaviour { get; init; }
    [Hidden] public bool Detached { get; set; }
    /// <summary>Not attached to anybody, it is good for one payment.</summary>
    [Hidden] public string? UsedBy { get; set; }
    /// <summary>The cardholder has agreed to later charges in a SetupIntent or with setup_future_usage.</summary>
    [Hidden] public bool SetUpForOffSession { get; set; }
}
