using Roost.Contracts;

namespace Roost.Endpoints.Tests.Paying;

[Property("Pitfall", "P-33, P-66, P-69")]
public sealed class When_commands_come_twice_and_in_any_order
{
    PaymentAtWork payments = null!;

    [OneTimeSetUp]
    public async Task Start() => payments = await PaymentAtWork.Start();

    [OneTimeTearDown]
    public ValueTask Stop() => payments?.DisposeAsync() ?? ValueTask.CompletedTask;

    Task Thrice(object command) => Task.WhenAll(payments.Send(command), payments.Send(command), payments.Send(command));

    [Test]
    public async Task Each_has_one_effect()
    {
        var (payment, refund) = (Guid.CreateVersion7(), Guid.NewGuid());
        await Thrice(new AuthorizePayment(payment, payment, Guid.NewGuid(), PaymentAtWork.Price, "pm_card_visa"));
        await payments.Outsider.Hears<PaymentAuthorized>(it => it.PaymentId == payment);
        await Thrice(new CapturePayment(payment, PaymentAtWork.Price, DateTimeOffset.UnixEpoch));
        await payments.Outsider.Hears<PaymentCaptured>(it => it.PaymentId == payment);
        await Thrice(new RefundPayment(refund, payment, PaymentAtWork.Price with { Amount = 100 }, "a lamp was broken"));
        await payments.Outsider.Hears<PaymentRefunded>(it => it.PaymentId == payment);
        await Thrice(new VoidPayment(payment));
        await payments.Outsider.Hears<PaymentVoided>(it => it.PaymentId == payment);

        Assert.That(payments.At(payment), Is.EqualTo((1, 1, 2)), "one refund as asked, one of the rest");
        Assert.That(payments.Stripe.Look(stripe => stripe.Charges.All.Single(charge => charge.Metadata["payment_id"] == $"{payment}").Refunded));
    }

    [Test]
    public async Task A_void_that_races_with_the_authorization_leaves_nothing_held()
    {
        var ids = Enumerable.Range(0, 30).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(ids.Select((id, i) =>
        {
            var authorize = new AuthorizePayment(id, id, Guid.NewGuid(), PaymentAtWork.Price, "pm_card_visa");
            object[] commands = i % 2 == 0 ? [authorize, new VoidPayment(id)] : [new VoidPayment(id), authorize];
            return Task.WhenAll(commands.Select(payments.Send));
        }));

        await Eventually.Is(() => Array.TrueForAll(ids, id => payments.Outsider.Heard.Any(it => it is PaymentVoided voided && voided.PaymentId == id)));
        Assert.That(payments.Stripe.Look(stripe => stripe.PaymentIntents.All.Where(intent => ids.Contains(Guid.Parse(intent.Metadata["payment_id"])))
            .Select(intent => intent.Status).Distinct()), Is.SubsetOf(new[] { "canceled" }));
    }
}
