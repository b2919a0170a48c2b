using Roost.Domain;

namespace Roost.Stripe;

public static class Refunds
{
    public static StripeRequest<Refund> Create(string paymentIntentId, Money amount, IReadOnlyDictionary<string, string> metadata) =>
        new("/v1/refunds", new Form()
            .Add("payment_intent", paymentIntentId)
            .Add("amount", WireMoney.ToWire(amount))
            .Add("reason", "requested_by_customer")
            .Add(metadata)
            .ToString());

    public static StripeQuery<Refund> Read(string id) => new($"/v1/refunds/{Uri.EscapeDataString(id)}");

    public static StripeQuery<StripeList<Refund>> Of(string paymentIntentId, string? after) =>
        new($"/v1/refunds?{new Form().Add("limit", 100).Add("payment_intent", paymentIntentId).Add("starting_after", after)}");
}
