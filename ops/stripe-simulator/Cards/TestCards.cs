namespace Roost.StripeSimulator.Cards;

/// <summary>Why the issuer says no. A decline code refines the code card_declined.</summary>
public sealed record Decline(string Code, string? DeclineCode = null, bool Blocked = false)
{
    public string Message => $"Your card was declined ({DeclineCode ?? Code}).";
}

/// <summary>When the issuer wants to see the cardholder.</summary>
public enum Authentication
{
    Never,
    /// <summary>Only when the payment asks for it.</summary>
    Optional,
    Always,
    /// <summary>Not any more for a card that was set up for later charges.</summary>
    UntilSetUp,
    /// <summary>When the guest is present; later charges go through.</summary>
    OnSession,
}

public enum RefundFate { Succeeds, PendingFirst, FailsLater }

/// <summary>A card that always behaves the same.</summary>
public sealed record TestCard(string Id, string Number, string Brand = "visa")
{
    public string Country { get; init; } = "US";
    public string Funding { get; init; } = "credit";
    public Decline? Decline { get; init; }
    public Decline? DeclineAfterAuthentication { get; init; }
    public Authentication Authentication { get; init; }
    public bool RefusesAttaching { get; init; }
    public RefundFate Refund { get; init; }
    public string RiskLevel { get; init; } = "normal";
    public string CvcCheck { get; init; } = "pass";
    public string[] OtherNames { get; init; } = [];

    public string Last4 => Number[^4..];
}

/// <summary>Stripe's magic payment methods, by id, by the tok_ twin of the id, and by number.</summary>
public static class TestCards
{
    static readonly Decline Declined = new("card_declined", "generic_decline");
    static readonly Decline NoFunds = new("card_declined", "insufficient_funds");

    static readonly TestCard[] All =
    [
        new("pm_card_visa", "4242424242424242"),
        new("pm_card_visa_debit", "4000056655665556") { Funding = "debit" },
        new("pm_card_mastercard", "5555555555554444", "mastercard"),
        new("pm_card_mastercard_debit", "5200828282828210", "mastercard") { Funding = "debit" },
        new("pm_card_mastercard_prepaid", "5105105105105100", "mastercard") { Funding = "prepaid" },
        new("pm_card_amex", "378282246310005", "amex") { OtherNames = ["pm_card_amex_threeDSecureNotSupported"] },
        new("pm_card_discover", "6011111111111117", "discover"),
        new("pm_card_diners", "3056930009020004", "diners"),
        new("pm_card_jcb", "3566002020360505", "jcb"),
        new("pm_card_unionpay", "6200000000000005", "unionpay"),
        new("pm_card_us", "4242424242424242"),
        new("pm_card_gb", "4000008260000000") { Country = "GB" },
        new("pm_card_de", "4000002760000016") { Country = "DE" },
        new("pm_card_fr", "4000002500000003") { Country = "FR" },
        new("pm_card_jp", "4000003920000003") { Country = "JP" },

        Refusing("chargeDeclined", "4000000000000002", Declined),
        Refusing("chargeDeclinedInsufficientFunds", "4000000000009995", NoFunds),
        Refusing("chargeDeclinedLostCard", "4000000000009987", new("card_declined", "lost_card")),
        Refusing("chargeDeclinedStolenCard", "4000000000009979", new("card_declined", "stolen_card")),
        Refusing("chargeDeclinedVelocityLimitExceeded", "4000000000006975", new("card_declined", "card_velocity_exceeded")),
        Refusing("chargeDeclinedExpiredCard", "4000000000000069", new("expired_card")),
        Refusing("chargeDeclinedIncorrectCvc", "4000000000000127", new("incorrect_cvc")),
        Refusing("chargeDeclinedProcessingError", "4000000000000119", new("processing_error")),
        Refusing("chargeDeclinedFraudulent", "4100000000000019", new("card_declined", "fraudulent", Blocked: true)) with
        {
            OtherNames = ["pm_card_radarBlock"],
            RiskLevel = "highest",
        },
        new("pm_card_chargeCustomerFail", "4000000000000341") { Decline = Declined },
        new("pm_card_riskLevelHighest", "4000000000004954") { Decline = new("card_declined", "fraudulent", Blocked: true), RiskLevel = "highest" },
        new("pm_card_riskLevelElevated", "4000000000009235") { RiskLevel = "elevated" },
        new("pm_card_cvcCheckFail", "4000000000000101") { CvcCheck = "fail" },

        new("pm_card_authenticationRequired", "4000002760003184") { Authentication = Authentication.Always },
        new("pm_card_threeDSecure2Required", "4000000000003220") { Authentication = Authentication.Always, OtherNames = ["pm_card_threeDSecureRequired"] },
        new("pm_card_authenticationRequiredOnSetup", "4000002500003155") { Authentication = Authentication.UntilSetUp },
        new("pm_card_authenticationRequiredSetupForOffSession", "4000003800000446") { Authentication = Authentication.OnSession },
        new("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "4000008260003178")
        {
            Authentication = Authentication.OnSession,
            DeclineAfterAuthentication = NoFunds,
        },
        new("pm_card_threeDSecureRequiredChargeDeclined", "4000008400001629")
        {
            Authentication = Authentication.OnSession,
            DeclineAfterAuthentication = Declined,
        },
        new("pm_card_threeDSecureRequiredProcessingError", "4000008400001280") { Decline = Declined },
        new("pm_card_threeDSecureOptional", "4000000000003055") { Authentication = Authentication.Optional },

        new("pm_card_pendingRefund", "4000000000007726") { Refund = RefundFate.PendingFirst },
        new("pm_card_refundFail", "4000000000005126") { Refund = RefundFate.FailsLater, OtherNames = ["pm_card_refundFailure"] },
        new("pm_card_bypassPending", "4000000000000077"),
        new("pm_card_bypassPendingInternational", "4000003720000278"),
    ];

    static readonly Dictionary<string, TestCard> ByName = All
        .SelectMany(card => card.OtherNames.Append(card.Id).SelectMany(name => new[] { name, name.Replace("pm_card_", "tok_") })
            .Select(name => KeyValuePair.Create(name, card)))
        .ToDictionary();

    static readonly Dictionary<string, TestCard> ByNumber = All.DistinctBy(card => card.Number).ToDictionary(card => card.Number);

    public static TestCard? Named(string name) => ByName.GetValueOrDefault(name);
    public static TestCard? Numbered(string number) => ByNumber.GetValueOrDefault(number);

    static TestCard Refusing(string what, string number, Decline decline) =>
        new($"pm_card_{what}", number) { Decline = decline, RefusesAttaching = true, OtherNames = [$"pm_card_visa_{what}"] };
}
