using System.Text.Json;
using Roost.Stripe.Tests.Simulator;

namespace Roost.Stripe.Tests.Judges;

/// <summary>The schema of every answer is Stripe's own, when the tool is there: a field with a wrong type or name is the simulator's mistake.</summary>
public sealed class When_answers_are_held_against_the_published_schema
{
    StripeServer stripe = null!;
    Caller caller = null!;
    PublishedSchema schema = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        schema = PublishedSchema.Load(Tools.Require("stripe-openapi/spec3.json"));
        stripe = await StripeServer.Start();
        caller = new Caller(stripe.Url);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        caller?.Dispose();
        if (stripe is not null) await stripe.DisposeAsync();
    }

    void Fits(Reply reply, string shape) => Assert.That(schema.Problems(reply.Json, shape), Is.Empty, reply.Body);

    [Test]
    public async Task Payments_in_every_state_fit()
    {
        var held = await caller.Hold();
        Fits(held, "payment_intent");
        Fits(await caller.Post($"/v1/payment_intents/{held.Id}/capture", "amount_to_capture=4000&expand[0]=latest_charge.payment_intent&expand[1]=payment_method"), "payment_intent");
        Fits(await caller.Post("/v1/payment_intents", "amount=1000&currency=usd"), "payment_intent");
        Fits(await caller.Hold("pm_card_threeDSecure2Required", more: "&return_url=https://roost.test"), "payment_intent");
        Fits(await caller.Hold("pm_card_threeDSecure2Required"), "payment_intent");
        var cancelled = await caller.Hold();
        Fits(await caller.Post($"/v1/payment_intents/{cancelled.Id}/cancel"), "payment_intent");
    }

    [Test]
    public async Task Declines_and_refusals_fit()
    {
        Fits(await caller.Hold("pm_card_chargeDeclined"), "error");
        Fits(await caller.Hold("pm_card_radarBlock"), "error");
        Fits(await caller.Post("/v1/payment_intents", "amount=x"), "error");
        var held = await caller.Hold();
        await caller.Post($"/v1/payment_intents/{held.Id}/cancel");
        Fits(await caller.Post($"/v1/payment_intents/{held.Id}/capture"), "error");
        Fits(await caller.Post("/v1/setup_intents", "payment_method=pm_card_chargeDeclined&confirm=true"), "error");
    }

    [Test]
    public async Task Charges_refunds_customers_and_cards_fit()
    {
        var paid = await caller.Charge("pm_card_pendingRefund");
        Fits(await caller.Post("/v1/refunds", $"payment_intent={paid.Id}&amount=100&expand[0]=charge"), "refund");
        Fits(await caller.Get($"/v1/charges/{paid.Text("latest_charge")}"), "charge");
        var customer = await caller.Post("/v1/customers", "name=Guest&metadata[user]=1");
        Fits(customer, "customer");
        Fits(await caller.Post("/v1/payment_methods/pm_card_visa/attach", $"customer={customer.Id}"), "payment_method");
        Fits(await caller.Post("/v1/setup_intents", $"customer={customer.Id}&payment_method=pm_card_visa&confirm=true"), "setup_intent");
        Fits(await caller.Delete($"/v1/customers/{customer.Id}"), "deleted_customer");
    }

    [Test]
    public void A_wrong_answer_is_seen() =>
        Assert.That(schema.Problems(JsonDocument.Parse("""{"id":"pi_1","object":"payment_intent","livemode":"no","status":"lost","colour":1}""").RootElement,
            "payment_intent"), Has.Count.EqualTo(4), "created is missing, livemode is a string, status is no status, colour is no field");
}
