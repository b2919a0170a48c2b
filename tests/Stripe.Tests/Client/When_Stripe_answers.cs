using Roost.StripeSimulator.Control;

namespace Roost.Stripe.Tests.Client;

public sealed class When_Stripe_answers
{
    StripeServer stripe = null!;
    StripeClient client = null!;

    [SetUp]
    public async Task Start()
    {
        stripe = await StripeServer.Start();
        client = Clients.For(stripe.Url);
    }

    [TearDown]
    public ValueTask Stop() => stripe.DisposeAsync();

    Task<Answer<T>> Send<T>(StripeRequest<T> request, string key = "k") => client.Send(request, key, CancellationToken.None);

    [Test]
    public async Task A_hold_comes_with_the_time_until_which_it_can_be_captured()
    {
        var held = ((Succeeded<PaymentIntent>)await Send(Clients.Hold())).Value;

        Assert.That((held.Status, held.AmountCapturable), Is.EqualTo((IntentStatus.RequiresCapture, 10_000L)));
        Assert.That(held.CaptureBefore, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(held.Created).AddDays(7)));
    }

    [Test]
    public async Task It_is_captured_in_part_and_refunded()
    {
        var held = await client.Held();

        var captured = await Send(PaymentIntents.Capture(held.Id, Clients.Price with { Amount = 6_000 }), "capture");
        var refunded = await Send(Refunds.Create(held.Id, Clients.Price with { Amount = 2_000 }, new Dictionary<string, string>()), "refund");

        Assert.That(((Succeeded<PaymentIntent>)captured).Value.AmountReceived, Is.EqualTo(6_000));
        Assert.That(((Succeeded<Refund>)refunded).Value, Has.Property("Amount").EqualTo(2_000).And.Property("Status").EqualTo("succeeded"));
    }

    [TestCase("pm_card_chargeDeclined", "card_declined")]
    [TestCase("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds")]
    [TestCase("pm_card_chargeDeclinedExpiredCard", "expired_card")]
    public async Task A_decline_carries_its_most_telling_code(string card, string code)
    {
        var declined = (Declined<PaymentIntent>)await Send(Clients.Hold(card));

        Assert.That(declined.Code, Is.EqualTo(code));
        Assert.That(declined.Error.PaymentIntent!.Status, Is.EqualTo(IntentStatus.RequiresPaymentMethod));
    }

    [Test]
    public async Task A_bank_that_wants_to_see_the_guest_is_no_success()
    {
        var waiting = (RequiresAction<PaymentIntent>)await Send(Clients.Hold("pm_card_threeDSecure2Required"));

        Assert.That(waiting.Value.ClientSecret, Does.StartWith(waiting.Value.Id));
        Assert.That($"{waiting} {waiting.Value}", Does.Not.Contain("_secret_"), "what is logged by accident must not open a payment");
    }

    [Test]
    public async Task A_refusal_carries_the_state_that_caused_it()
    {
        var held = await client.Held();
        await Send(PaymentIntents.Cancel(held.Id), "cancel");

        var refused = (Refused<PaymentIntent>)await Send(PaymentIntents.Capture(held.Id, Clients.Price), "capture");

        Assert.That(refused.Error.Code, Is.EqualTo("payment_intent_unexpected_state"));
        Assert.That(refused.Error.PaymentIntent!.Status, Is.EqualTo(IntentStatus.Canceled));
    }

    [TestCase(FaultAction.RateLimit429)]
    [TestCase(FaultAction.LockTimeout429)]
    [TestCase(FaultAction.Conflict409)]
    [TestCase(FaultAction.Http503)]
    [TestCase(FaultAction.Html502)]
    [TestCase(FaultAction.ResetBefore)]
    [TestCase(FaultAction.ResetMidBody)]
    public async Task A_passing_trouble_is_passed_over_with_the_same_key(FaultAction trouble)
    {
        stripe.Break(trouble, times: 2);

        var answer = await Send(Clients.Hold());

        Assert.That(answer, Is.InstanceOf<Succeeded<PaymentIntent>>());
        Assert.That(stripe.Calls().Select(call => call.Key).Distinct(), Is.EqualTo(new[] { "k" }));
        Assert.That(stripe.Look(account => account.PaymentIntents.All.Count), Is.EqualTo(1));
    }

    [TestCase(FaultAction.RateLimit429)]
    [TestCase(FaultAction.LockTimeout429)]
    [TestCase(FaultAction.Conflict409)]
    public async Task A_lasting_limit_is_no_failure_and_nothing_happened(FaultAction trouble)
    {
        stripe.Break(trouble, times: 100);

        Assert.That(await Send(Clients.Hold()), Is.InstanceOf<NotNow<PaymentIntent>>());
        Assert.That(stripe.Calls(), Has.Length.EqualTo(4), "the first try and three more");
    }

    [Test]
    public async Task A_revoked_key_is_not_the_guests_fault()
    {
        stripe.Break(FaultAction.Auth401, times: 100);

        Assert.That(await Send(Clients.Hold()), Is.InstanceOf<NotNow<PaymentIntent>>());
        Assert.That(stripe.Calls(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_key_used_for_something_else_is_unknown_and_not_refused()
    {
        await Send(Clients.Hold());

        var other = await Send(Clients.Hold(amount: Clients.Price with { Amount = 5_000 }));

        Assert.That(other, Is.EqualTo(new Unknown<PaymentIntent>(UnknownBecause.KeyReused) { RequestId = other.RequestId }));
    }

    [Test]
    public async Task Nobody_listening_is_no_failure_and_nothing_happened()
    {
        client = Clients.For(new Uri($"http://127.0.0.1:{Ports.Free()}"));

        Assert.That(await Send(Clients.Hold()), Is.InstanceOf<NotNow<PaymentIntent>>());
    }
}
