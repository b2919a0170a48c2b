namespace Roost.Stripe.Tests.Simulator;

public sealed class When_a_card_is_asked_for_money
{
    StripeServer stripe = null!;
    Caller caller = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        stripe = await StripeServer.Start();
        caller = new Caller(stripe.Url);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await stripe.DisposeAsync();
    }

    [Test]
    public async Task A_good_card_holds_it_and_says_how_long()
    {
        var held = await caller.Hold(amount: 94_500);

        Assert.That((held.Status, held.Text("status"), held.Text("amount_capturable")), Is.EqualTo((200, "requires_capture", "94500")));
        Assert.That((held.Text("latest_charge.captured"), held.Text("latest_charge.paid")), Is.EqualTo(("False", "True")));
        var window = long.Parse(held.Text("latest_charge.payment_method_details.card.capture_before")!) - long.Parse(held.Text("created")!);
        Assert.That(TimeSpan.FromSeconds(window), Is.EqualTo(TimeSpan.FromDays(7)));
    }

    [Test]
    public async Task An_off_session_hold_on_a_Visa_is_shorter()
    {
        var held = await caller.Hold(more: "&off_session=true");

        var window = long.Parse(held.Text("latest_charge.payment_method_details.card.capture_before")!) - long.Parse(held.Text("created")!);
        Assert.That(TimeSpan.FromSeconds(window), Is.EqualTo(new TimeSpan(4, 18, 0, 0)));
    }

    [TestCase("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [TestCase("pm_card_visa_chargeDeclined", "card_declined", "generic_decline")]
    [TestCase("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [TestCase("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card")]
    [TestCase("pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card")]
    [TestCase("pm_card_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded")]
    [TestCase("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    [TestCase("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", null)]
    [TestCase("pm_card_chargeDeclinedProcessingError", "processing_error", null)]
    [TestCase("pm_card_radarBlock", "card_declined", "fraudulent")]
    [TestCase("pm_card_chargeCustomerFail", "card_declined", "generic_decline")]
    [TestCase("tok_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    public async Task A_bad_card_says_why_not_and_the_intent_waits_for_another(string card, string code, string? declineCode)
    {
        var refused = await caller.Hold(card);

        Assert.That(
            (refused.Status, refused.Text("error.type"), refused.Text("error.code"), refused.Text("error.decline_code")),
            Is.EqualTo((402, "card_error", code, declineCode)));
        Assert.That(refused.Text("error.payment_intent.status"), Is.EqualTo("requires_payment_method"));
        Assert.That(refused.Text("error.payment_intent.payment_method"), Is.Null);
        var charges = await caller.Get($"/v1/charges?payment_intent={refused.Text("error.payment_intent.id")}");
        Assert.That(charges.Json.GetProperty("data")[0].GetProperty("status").GetString(), Is.EqualTo("failed"));
    }

    [Test]
    public async Task A_card_that_wants_its_holder_waits_for_the_bank()
    {
        var waiting = await caller.Hold("pm_card_threeDSecure2Required", more: "&return_url=https://roost.test/back");

        Assert.That((waiting.Status, waiting.Text("status")), Is.EqualTo((200, "requires_action")));
        Assert.That(waiting.Text("next_action.type"), Is.EqualTo("redirect_to_url"));
        Assert.That(waiting.Text("latest_charge"), Is.Null, "nothing is charged before the bank has spoken");
    }

    [TestCase("succeeded", "requires_capture")]
    [TestCase("failed", "requires_payment_method")]
    public async Task The_bank_decides(string outcome, string status)
    {
        var waiting = await caller.Hold("pm_card_threeDSecure2Required");
        using var browser = new HttpClient { BaseAddress = stripe.Url };

        using var answer = await browser.PostAsync($"/_control/3ds/{waiting.Id}", new FormUrlEncodedContent([new("outcome", outcome)]));

        Assert.That(answer.IsSuccessStatusCode);
        Assert.That((await caller.Get($"/v1/payment_intents/{waiting.Id}")).Text("status"), Is.EqualTo(status));
    }

    [Test]
    public async Task A_card_can_be_declined_after_its_holder_was_asked()
    {
        var waiting = await caller.Hold("pm_card_threeDSecureRequiredChargeDeclined");
        using var browser = new HttpClient { BaseAddress = stripe.Url };
        using var answer = await browser.PostAsync($"/_control/3ds/{waiting.Id}", new FormUrlEncodedContent([new("outcome", "succeeded")]));

        var intent = await caller.Get($"/v1/payment_intents/{waiting.Id}");

        Assert.That((intent.Text("status"), intent.Text("last_payment_error.code")), Is.EqualTo(("requires_payment_method", "card_declined")));
    }

    [Test]
    public async Task Off_session_the_same_card_is_a_no_that_can_be_finished_on_session()
    {
        var customer = await caller.Post("/v1/customers", "name=Guest");
        var card = await caller.Post("/v1/payment_methods/pm_card_threeDSecure2Required/attach", $"customer={customer.Id}");

        var refused = await caller.Hold(card.Id, more: $"&customer={customer.Id}&off_session=true");
        var intent = refused.Text("error.payment_intent.id");
        var confirmed = await caller.Post($"/v1/payment_intents/{intent}/confirm", $"payment_method={card.Id}");

        Assert.That((refused.Status, refused.Text("error.code")), Is.EqualTo((402, "authentication_required")));
        Assert.That(confirmed.Text("status"), Is.EqualTo("requires_action"));
    }

    [Test]
    public async Task A_card_that_was_set_up_is_charged_without_its_holder()
    {
        var customer = await caller.Post("/v1/customers", "name=Guest");
        var setup = await caller.Post("/v1/setup_intents", $"customer={customer.Id}&payment_method=pm_card_authenticationRequiredOnSetup&confirm=true");
        using var browser = new HttpClient { BaseAddress = stripe.Url };
        using var answer = await browser.PostAsync($"/_control/3ds/{setup.Id}", new FormUrlEncodedContent([new("outcome", "succeeded")]));
        var saved = await caller.Get($"/v1/setup_intents/{setup.Id}");

        var held = await caller.Hold(saved.Text("payment_method")!, more: $"&customer={customer.Id}&off_session=true");

        Assert.That((setup.Text("status"), saved.Text("status"), held.Text("status")), Is.EqualTo(("requires_action", "succeeded", "requires_capture")));
    }

    [Test]
    public async Task A_card_used_once_without_a_customer_is_used_up()
    {
        var card = await caller.Post("/v1/payment_methods", "type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2034&card[cvc]=123");
        var first = await caller.Hold(card.Id);
        var second = await caller.Hold(card.Id);

        Assert.That((first.Status, second.Status, second.Text("error.param")), Is.EqualTo((200, 400, "payment_method")));
    }

    [Test]
    public async Task A_customers_card_needs_its_customer()
    {
        var customer = await caller.Post("/v1/customers", "name=Guest");
        var card = await caller.Post("/v1/payment_methods/pm_card_visa/attach", $"customer={customer.Id}");
        var without = await caller.Hold(card.Id);
        var with = await caller.Hold(card.Id, more: $"&customer={customer.Id}");

        Assert.That((without.Status, with.Status), Is.EqualTo((400, 200)));
        Assert.That(card.Id, Is.Not.EqualTo("pm_card_visa"), "a magic id is a template");
    }
}
