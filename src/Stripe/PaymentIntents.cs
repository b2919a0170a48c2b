using Roost.Domain;

namespace Roost.Stripe;

/// <summary>The calls on PaymentIntents that we make, as frozen requests.</summary>
public static class PaymentIntents
{
    const string WithCharge = "latest_charge";

    /// <summary>Set the money aside on the card, with the guest present. Only cards: every listed method must be able to wait for its capture.</summary>
    public static StripeRequest<PaymentIntent> Hold(
        Money amount, string paymentMethodId, string transferGroup, IReadOnlyDictionary<string, string> metadata) =>
        new("/v1/payment_intents", new Form()
            .Add("amount", WireMoney.ToWire(amount))
            .Add("currency", WireMoney.Currency(amount))
            .Add("payment_method_types[0]", "card")
            .Add("payment_method", paymentMethodId)
            .Add("capture_method", "manual")
            .Add("confirm", "true")
            .Add("transfer_group", transferGroup)
            .Add(metadata)
            .Add("expand[0]", WithCharge)
            .ToString());

    /// <summary>The amount is always said: without it Stripe takes everything.</summary>
    public static StripeRequest<PaymentIntent> Capture(string id, Money amount) =>
        new($"{Path(id)}/capture", new Form().Add("amount_to_capture", WireMoney.ToWire(amount)).Add("expand[0]", WithCharge).ToString());

    public static StripeRequest<PaymentIntent> Cancel(string id) =>
        new($"{Path(id)}/cancel", new Form().Add("cancellation_reason", "abandoned").Add("expand[0]", WithCharge).ToString());

    public static StripeQuery<PaymentIntent> Read(string id) => new($"{Path(id)}?{new Form().Add("expand[0]", WithCharge)}");

    /// <summary>Every attempt that reached a card, the failed ones too, newest first.</summary>
    public static StripeQuery<StripeList<Charge>> ChargesOf(string transferGroup, string? after) =>
        new($"/v1/charges?{new Form()
            .Add("limit", 100)
            .Add("transfer_group", transferGroup)
            .Add("starting_after", after)
            .Add("expand[0]", "data.payment_intent")}");

    static string Path(string id) => $"/v1/payment_intents/{Uri.EscapeDataString(id)}";
}
