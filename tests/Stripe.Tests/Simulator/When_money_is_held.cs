using Roost.StripeSimulator.Control;

namespace Roost.Stripe.Tests.Simulator;

public sealed class When_money_is_held
{
    StripeServer stripe = null!;
    Caller caller = null!;
    Reply held = null!;

    [SetUp]
    public async Task Hold()
    {
        stripe = await StripeServer.Start();
        caller = new Caller(stripe.Url);
        held = await caller.Hold(amount: 10_000);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await stripe.DisposeAsync();
    }

    Task<Reply> Capture(string form = "") => caller.Post($"/v1/payment_intents/{held.Id}/capture", form);
    Task<Reply> Cancel() => caller.Post($"/v1/payment_intents/{held.Id}/cancel", "cancellation_reason=abandoned");
    Task<Reply> Charge() => caller.Get($"/v1/charges/{held.Text("latest_charge.id")}");

    [Test]
    public async Task A_capture_takes_all_of_it_unless_told_how_much()
    {
        var captured = await Capture();

        Assert.That((captured.Text("status"), captured.Text("amount_received"), captured.Text("amount_capturable")), Is.EqualTo(("succeeded", "10000", "0")));
    }

    [Test]
    [Property("Pitfall", "P-59")]
    public async Task A_smaller_capture_lets_the_rest_go_for_good()
    {
        await Capture("amount_to_capture=4000");
        var again = await Capture("amount_to_capture=1000");
        var charge = await Charge();

        Assert.That((charge.Text("amount_captured"), charge.Text("amount_refunded")), Is.EqualTo(("4000", "6000")));
        Assert.That((again.Status, again.Text("error.code")), Is.EqualTo((400, "payment_intent_unexpected_state")));
        Assert.That(again.Text("error.payment_intent.amount_received"), Is.EqualTo("4000"));
    }

    [Test]
    [Property("Pitfall", "P-59")]
    public async Task More_than_it_cannot_be_captured()
    {
        var refused = await Capture("amount_to_capture=10001");

        Assert.That((refused.Status, refused.Text("error.param")), Is.EqualTo((400, "amount_to_capture")));
        Assert.That((await Capture()).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_cancelled_hold_is_let_go_and_stays_so()
    {
        var cancelled = await Cancel();

        Assert.That((cancelled.Text("status"), cancelled.Text("cancellation_reason")), Is.EqualTo(("canceled", "abandoned")));
        Assert.That((await Charge()).Text("refunded"), Is.EqualTo("True"));
        Assert.That((await Capture()).Text("error.code"), Is.EqualTo("payment_intent_unexpected_state"));
        Assert.That((await Cancel()).Text("error.payment_intent.status"), Is.EqualTo("canceled"));
    }

    [Test]
    public async Task Captured_money_cannot_be_cancelled()
    {
        await Capture();

        Assert.That((await Cancel()).Text("error.code"), Is.EqualTo("payment_intent_unexpected_state"));
    }

    [Test]
    public async Task It_lapses_when_the_charge_said_so()
    {
        stripe.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Assert.That((await caller.Get($"/v1/payment_intents/{held.Id}")).Text("status"), Is.EqualTo("requires_capture"));
        stripe.Advance(TimeSpan.FromMinutes(2));

        var lapsed = await caller.Get($"/v1/payment_intents/{held.Id}");

        Assert.That((lapsed.Text("status"), lapsed.Text("cancellation_reason")), Is.EqualTo(("canceled", "automatic")));
        Assert.That((await Capture()).Status, Is.EqualTo(400));
        var refunds = await caller.Get($"/v1/refunds?payment_intent={held.Id}");
        Assert.That(refunds.Json.GetProperty("data")[0].GetProperty("reason").GetString(), Is.EqualTo("expired_uncaptured_charge"));
    }

    [Test]
    public async Task Of_capture_and_cancel_at_once_one_wins()
    {
        var replies = await Task.WhenAll(Capture(), Cancel());

        Assert.That(replies.Select(reply => reply.Status).Order(), Is.EqualTo(new[] { 200, 400 }));
    }

    [Test]
    public async Task Whoever_waits_too_long_for_the_object_is_told_to_come_back()
    {
        stripe.Break(FaultAction.Slow, path: "/capture$", delay: TimeSpan.FromSeconds(3));
        var first = Capture();
        await Eventually.Is(() => stripe.Look(account => account.Faults.All[0].Hits == 1));

        var second = await Cancel();

        Assert.That((second.Status, second.Text("error.code"), second.Header("Stripe-Should-Retry")), Is.EqualTo((429, "lock_timeout", "true")));
        Assert.That((await first).Status, Is.EqualTo(200));
    }
}
