namespace Roost.Stripe.Tests.Simulator;

public sealed class When_money_is_given_back
{
    StripeServer stripe = null!;
    Caller caller = null!;

    [SetUp]
    public async Task Start()
    {
        stripe = await StripeServer.Start();
        caller = new Caller(stripe.Url);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await stripe.DisposeAsync();
    }

    Task<Reply> Refund(Reply payment, long? amount = null) =>
        caller.Post("/v1/refunds", $"payment_intent={payment.Id}" + (amount is null ? "" : $"&amount={amount}"));

    [Test]
    public async Task It_comes_back_in_parts_up_to_what_was_taken()
    {
        var paid = await caller.Charge(amount: 10_000);

        var first = await Refund(paid, 6_000);
        var tooMuch = await Refund(paid, 6_000);
        var rest = await Refund(paid);
        var nothingLeft = await Refund(paid, 1);

        Assert.That((first.Status, first.Text("status"), first.Text("amount")), Is.EqualTo((200, "succeeded", "6000")));
        Assert.That((tooMuch.Status, tooMuch.Text("error.param"), tooMuch.Text("error.code")), Is.EqualTo((400, "amount", (string?)null)));
        Assert.That(rest.Text("amount"), Is.EqualTo("4000"));
        Assert.That(nothingLeft.Text("error.code"), Is.EqualTo("charge_already_refunded"));
        Assert.That((await caller.Get($"/v1/refunds?payment_intent={paid.Id}")).Json.GetProperty("data").GetArrayLength(), Is.EqualTo(2));
        Assert.That((await caller.Get($"/v1/payment_intents/{paid.Id}")).Text("status"), Is.EqualTo("succeeded"), "a refund never moves the intent");
    }

    [Test]
    public async Task After_a_smaller_capture_only_what_was_taken_comes_back()
    {
        var held = await caller.Hold(amount: 10_000);
        await caller.Post($"/v1/payment_intents/{held.Id}/capture", "amount_to_capture=4000");

        Assert.That((await Refund(held, 4_001)).Status, Is.EqualTo(400));
        Assert.That((await Refund(held)).Text("amount"), Is.EqualTo("4000"));
    }

    [Test]
    public async Task A_hold_is_not_refunded_but_cancelled() =>
        Assert.That((await Refund(await caller.Hold())).Text("error.code"), Is.EqualTo("charge_not_refundable"));

    [Test]
    public async Task Of_two_large_parts_at_once_one_is_refused()
    {
        var paid = await caller.Charge(amount: 10_000);

        var replies = await Task.WhenAll(Refund(paid, 6_000), Refund(paid, 6_000));

        Assert.That(replies.Select(reply => reply.Status).Order(), Is.EqualTo(new[] { 200, 400 }));
    }

    [Test]
    public async Task Some_banks_take_their_time()
    {
        var refund = await Refund(await caller.Charge("pm_card_pendingRefund"));
        Assert.That(refund.Text("status"), Is.EqualTo("pending"));

        stripe.Advance(TimeSpan.FromMinutes(11));

        Assert.That((await caller.Get($"/v1/refunds/{refund.Id}")).Text("status"), Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task Some_banks_send_it_back_and_it_can_be_tried_again()
    {
        var paid = await caller.Charge("pm_card_refundFail");
        var refund = await Refund(paid);
        stripe.Advance(TimeSpan.FromHours(2));

        var failed = await caller.Get($"/v1/refunds/{refund.Id}");

        Assert.That((refund.Text("status"), failed.Text("status"), failed.Text("failure_reason")),
            Is.EqualTo(("succeeded", "failed", "expired_or_canceled_card")));
        Assert.That((await Refund(paid)).Status, Is.EqualTo(200));
    }
}
