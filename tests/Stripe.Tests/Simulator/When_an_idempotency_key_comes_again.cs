using Roost.StripeSimulator.Control;

namespace Roost.Stripe.Tests.Simulator;

public sealed class When_an_idempotency_key_comes_again
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

    [Test]
    public async Task The_same_call_gets_its_first_answer()
    {
        var first = await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");
        await caller.Post($"/v1/payment_intents/{first.Id}/capture");

        var again = await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");

        Assert.That(again.Body, Is.EqualTo(first.Body));
        Assert.That(again.Header("Idempotent-Replayed"), Is.EqualTo("true"));
        Assert.That(again.Header("Original-Request"), Is.EqualTo(first.Header("Request-Id")));
        Assert.That(again.Header("Request-Id"), Is.Not.EqualTo(first.Header("Request-Id")));
        Assert.That(stripe.Look(account => account.PaymentIntents.All.Count), Is.EqualTo(1));
    }

    [Test]
    public async Task The_order_of_its_parameters_does_not_matter()
    {
        var first = await caller.Post("/v1/customers", "name=A&email=a@example.test", "k");

        Assert.That((await caller.Post("/v1/customers", "email=a@example.test&name=A", "k")).Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task A_decline_stays_a_decline()
    {
        var first = await caller.Post("/v1/payment_intents", Caller.HoldForm("pm_card_chargeDeclined"), "k");
        var again = await caller.Post("/v1/payment_intents", Caller.HoldForm("pm_card_chargeDeclined"), "k");

        Assert.That((first.Status, again.Status, again.Body), Is.EqualTo((402, 402, first.Body)));
    }

    [Test]
    public async Task With_one_other_parameter_it_is_refused_and_changes_nothing()
    {
        await caller.Post("/v1/payment_intents", Caller.HoldForm(more: "&metadata[a]=1"), "k");

        var other = await caller.Post("/v1/payment_intents", Caller.HoldForm(more: "&metadata[a]=2"), "k");

        Assert.That((other.Status, other.Text("error.type")), Is.EqualTo((400, "idempotency_error")));
        Assert.That(stripe.Look(account => account.PaymentIntents.All.Single().Metadata["a"]), Is.EqualTo("1"));
    }

    [Test]
    public async Task On_another_path_it_is_refused()
    {
        await caller.Post("/v1/customers", "name=A", "k");
        var intent = await caller.Hold();

        var other = await caller.Post($"/v1/payment_intents/{intent.Id}/cancel", "", "k");

        Assert.That((other.Status, other.Text("error.type")), Is.EqualTo((400, "idempotency_error")));
    }

    [Test]
    public async Task While_the_first_call_runs_it_is_told_to_wait()
    {
        stripe.Break(FaultAction.Slow, delay: TimeSpan.FromSeconds(1));
        var first = caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");
        await Eventually.Is(() => stripe.Look(account => account.Faults.All[0].Hits == 1));

        var second = await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");

        Assert.That((second.Status, second.Text("error.code")), Is.EqualTo((409, "idempotency_key_in_use")));
        await first;
        Assert.That((await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k")).Id, Is.EqualTo((await first).Id));
    }

    [Test]
    public async Task A_call_that_did_not_pass_validation_was_never_remembered()
    {
        var wrong = await caller.Post("/v1/payment_intents", "amount=ten&currency=usd", "k");
        var right = await caller.Post("/v1/payment_intents", "amount=1000&currency=usd", "k");

        Assert.That((wrong.Status, right.Status), Is.EqualTo((400, 200)));
    }

    [Test]
    public async Task A_failure_of_Stripes_own_is_repeated_after_the_trouble_is_over()
    {
        stripe.Break(FaultAction.Http500Before);
        await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");

        var again = await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");

        Assert.That((again.Status, again.Header("Idempotent-Replayed")), Is.EqualTo((500, "true")));
        Assert.That(stripe.Look(account => account.PaymentIntents.All), Is.Empty);
    }

    [Test]
    public async Task After_a_day_it_means_nothing_any_more()
    {
        var first = await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k");

        stripe.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        Assert.That((await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k")).Id, Is.EqualTo(first.Id));
        stripe.Advance(TimeSpan.FromMinutes(2));

        Assert.That((await caller.Post("/v1/payment_intents", Caller.HoldForm(), "k")).Id, Is.Not.EqualTo(first.Id));
    }

    [Test]
    public async Task Of_fifty_at_once_one_is_executed()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => caller.Post("/v1/payment_intents", Caller.HoldForm(), "k")));

        Assert.That(replies.Select(reply => reply.Status).Distinct(), Is.SubsetOf(new[] { 200, 409 }));
        Assert.That(stripe.Look(account => account.PaymentIntents.All.Count), Is.EqualTo(1));
    }
}
