using Roost.Contracts;
using Roost.Domain;

namespace Roost.Endpoints.Tests.Paying;

public sealed class When_a_guest_pays
{
    PaymentAtWork payments = null!;

    [OneTimeSetUp]
    public async Task Start() => payments = await PaymentAtWork.Start();

    [OneTimeTearDown]
    public ValueTask Stop() => payments?.DisposeAsync() ?? ValueTask.CompletedTask;

    static readonly Money Price = PaymentAtWork.Price;

    [Test]
    public async Task The_money_is_held_taken_and_given_back()
    {
        var payment = await payments.Authorize();
        var authorized = await payments.Outsider.Hears<PaymentAuthorized>(it => it.PaymentId == payment);
        await payments.Send(new CapturePayment(payment, Price with { Amount = 8_000 }, DateTimeOffset.UnixEpoch));
        var captured = await payments.Outsider.Hears<PaymentCaptured>(it => it.PaymentId == payment);
        var refund = Guid.NewGuid();
        await payments.Send(new RefundPayment(refund, payment, Price with { Amount = 3_000 }, "plans changed"));
        var refunded = await payments.Outsider.Hears<PaymentRefunded>(it => it.PaymentId == payment);

        Assert.That(authorized, Is.EqualTo(new PaymentAuthorized(payment, payment, Price, authorized.CaptureBefore)));
        Assert.That(captured, Is.EqualTo(new PaymentCaptured(payment, payment, Price with { Amount = 8_000 })));
        Assert.That(refunded, Is.EqualTo(new PaymentRefunded(refund, payment, payment, Price with { Amount = 3_000 }, Price with { Amount = 3_000 })));
        Assert.That(await payments.View<string>("concat_ws(' ', status, authorized, captured, refunded)", payment), Is.EqualTo("captured 10000 8000 3000"));
    }

    [Test]
    public async Task A_card_that_says_no_says_why()
    {
        var payment = await payments.Authorize("pm_card_chargeDeclinedInsufficientFunds");

        var declined = await payments.Outsider.Hears<PaymentDeclined>(it => it.PaymentId == payment);

        Assert.That(declined, Is.EqualTo(new PaymentDeclined(payment, payment, "insufficient_funds")));
    }

    [TestCase("pm_unheard_of", "payment_method_unknown")]
    [TestCase("pm_card_visa&amount=1", "payment_method_unknown")]
    public async Task A_card_that_does_not_exist_is_a_no_and_no_error(string card, string code)
    {
        var payment = await payments.Authorize(card);

        Assert.That((await payments.Outsider.Hears<PaymentDeclined>(it => it.PaymentId == payment)).Code, Is.EqualTo(code));
    }

    [Test]
    [Property("Pitfall", "P-49")]
    public async Task Money_that_no_card_can_pay_is_a_no_and_no_error()
    {
        var payment = await payments.Authorize(amount: new Money(1_234, "BHD"));

        Assert.That((await payments.Outsider.Hears<PaymentDeclined>(it => it.PaymentId == payment)).Code, Is.EqualTo("amount_not_payable"));
    }

    [Test]
    public async Task A_bank_that_wants_to_see_the_guest_is_waited_for()
    {
        var payment = await payments.Authorize("pm_card_threeDSecure2Required");
        await payments.Outsider.Hears<PaymentRequiresAction>(it => it.PaymentId == payment);
        var secret = await payments.View<string>("client_secret", payment);

        using var browser = new HttpClient { BaseAddress = payments.Stripe.Url };
        using var answer = await browser.PostAsync($"/_control/3ds/{secret![..secret!.IndexOf("_secret")]}", new FormUrlEncodedContent([new("outcome", "succeeded")]));

        await payments.Outsider.Hears<PaymentAuthorized>(it => it.PaymentId == payment);
        Assert.That(await payments.View<string>("client_secret", payment), Is.Null);
        Assert.That(payments.Process.Output, Does.Not.Contain("_secret_").And.Not.Contain(StripeServer.Key), "neither belongs into a log");
    }

    [Test]
    public async Task A_guest_who_never_comes_back_from_the_bank_is_given_up()
    {
        var payment = await payments.Authorize("pm_card_threeDSecure2Required");
        await payments.Outsider.Hears<PaymentRequiresAction>(it => it.PaymentId == payment);

        await payments.Send(new AbandonPayment(payment));

        Assert.That((await payments.Outsider.Hears<PaymentDeclined>(it => it.PaymentId == payment)).Code, Is.EqualTo("abandoned"));
        Assert.That(payments.Stripe.Look(account => account.PaymentIntents.All.Single(intent => intent.Metadata["payment_id"] == $"{payment}").Status), Is.EqualTo("canceled"));
    }

    [Test]
    public async Task Captured_money_is_refunded_in_full_when_it_is_voided()
    {
        var payment = await payments.Captured();
        await payments.Send(new VoidPayment(payment));

        await payments.Outsider.Hears<PaymentVoided>(it => it.PaymentId == payment);

        Assert.That(payments.Stripe.Look(account => account.Charges.All.Single(charge => charge.Metadata["payment_id"] == $"{payment}").AmountRefunded), Is.EqualTo(Price.Amount));
    }

    [Test]
    [Property("Pitfall", "P-59")]
    public async Task More_than_was_captured_is_never_refunded()
    {
        var payment = await payments.Captured();
        Guid[] refunds = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        await Task.WhenAll(refunds.Select(id => payments.Send(new RefundPayment(id, payment, Price with { Amount = 4_000 }, "plans changed"))));

        await Eventually.Is(() => payments.Outsider.Heard.Count(it => it is PaymentRefunded r && r.PaymentId == payment) == 2);
        await payments.Outsider.Hears<RefundFailed>(it => it.PaymentId == payment && it.Code == "more_than_captured");

        Assert.That(payments.Stripe.Look(account => account.Charges.All.Single(charge => charge.Metadata["payment_id"] == $"{payment}").AmountRefunded), Is.EqualTo(8_000));
        await payments.Database.Execute($"update payment.payments set refunded = captured where payment_id = '{payment}'");
        Assert.ThrowsAsync<Npgsql.PostgresException>(() => payments.Database.Execute($"update payment.payments set refunded = refunded + 1 where payment_id = '{payment}'"));
    }
}
