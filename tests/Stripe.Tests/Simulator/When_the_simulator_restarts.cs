namespace Roost.Stripe.Tests.Simulator;

public sealed class When_the_simulator_restarts
{
    [Test]
    public async Task What_was_held_and_paid_before_can_be_captured_and_refunded_after()
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"stripe-{Guid.NewGuid():n}.json");
        Reply held, paid;
        await using (var before = await StripeServer.Start(file))
        {
            using var caller = new Caller(before.Url);
            (held, paid) = (await caller.Hold(), await caller.Charge());
        }

        await using var after = await StripeServer.Start(file);
        using var again = new Caller(after.Url);
        var captured = await again.Post($"/v1/payment_intents/{held.Id}/capture");
        var refunded = await again.Post("/v1/refunds", $"payment_intent={paid.Id}");
        var fresh = await again.Hold();

        Assert.That((captured.Status, refunded.Status, fresh.Status), Is.EqualTo((200, 200, 200)));
        Assert.That(after.Look(account => account.PaymentIntents.All.Select(intent => intent.Id)), Is.EqualTo(new[] { held.Id, paid.Id, fresh.Id }));
        File.Delete(file);
    }
}
