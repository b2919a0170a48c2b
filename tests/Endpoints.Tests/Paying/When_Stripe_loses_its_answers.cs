using Roost.Contracts;
using Roost.StripeSimulator.Control;

namespace Roost.Endpoints.Tests.Paying;

[Parallelizable(ParallelScope.Self)]
[Property("Pitfall", "P-44, P-45, P-46, P-47")]
public sealed class When_Stripe_loses_its_answers
{
    const int Payments = 10;
    PaymentAtWork payments = null!;

    [SetUp]
    public async Task Start() => payments = await PaymentAtWork.Start(timeoutSeconds: 1);

    [TearDown]
    public ValueTask Stop() => payments?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Payments_whose_every_step_is_lost_once_make_one_object_each()
    {
        payments.Stripe.Break(FaultAction.TimeoutAfter, times: Payments, method: "POST", path: "/payment_intents$");
        var ids = new List<Guid>();
        for (var i = 0; i < Payments; i++) ids.Add(await payments.Authorize());
        await All<PaymentAuthorized>(ids);

        payments.Stripe.Break(FaultAction.TimeoutAfter, times: Payments, method: "POST", path: "/capture$");
        foreach (var id in ids) await payments.Send(new CapturePayment(id, PaymentAtWork.Price, DateTimeOffset.UnixEpoch));
        await All<PaymentCaptured>(ids);

        payments.Stripe.Break(FaultAction.TimeoutAfter, times: Payments, method: "POST", path: "/refunds$");
        foreach (var id in ids) await payments.Send(new RefundPayment(Guid.NewGuid(), id, PaymentAtWork.Price with { Amount = 100 }, "a lamp was broken"));
        await All<PaymentRefunded>(ids);

        Assert.That(payments.Stripe.Calls("POST").Count(call => call.Fault is FaultAction.TimeoutAfter), Is.EqualTo(3 * Payments), "answers really were lost");
        Assert.That(ids.Select(payments.At).Distinct(), Is.EqualTo(new[] { (1, 1, 1) }));
    }

    Task All<TEvent>(List<Guid> ids) => Eventually.Is(() => payments.Outsider.Heard.Count(it => it is TEvent) >= ids.Count, TimeSpan.FromSeconds(90),
        () => $"{payments.Outsider.Heard.Count(it => it is TEvent)} of {ids.Count}");

    [Test]
    public async Task What_is_unknown_stays_so_and_nobody_is_told_anything()
    {
        payments.Stripe.Break(FaultAction.TimeoutAfter, times: int.MaxValue);
        var payment = await payments.Authorize();
        await Eventually.Is(async () => await payments.View<bool>("unknown", payment));

        await payments.Send(new AbandonPayment(payment));
        await Eventually.Is(async () => await payments.Database.Value<int>("select attempts from payment.steps") >= 4, TimeSpan.FromSeconds(40));
        Assert.That(payments.Outsider.Heard, Is.Empty);
        Assert.That(await payments.View<string>("status", payment), Is.EqualTo("pending"));

        payments.Stripe.Mend();
        await payments.Outsider.Hears<PaymentAuthorized>(within: TimeSpan.FromSeconds(60));
        Assert.That(payments.At(payment), Is.EqualTo((1, 1, 0)));
        Assert.That(payments.Outsider.Heard.OfType<PaymentDeclined>(), Is.Empty, "exactly one of the two");
    }

    [TestCase(FaultAction.Http500After, 1)]
    [TestCase(FaultAction.Http500Before, 2)]
    public async Task A_failure_that_Stripe_remembers_is_looked_into_before_another_key_is_used(FaultAction fault, int keys)
    {
        payments.Stripe.Break(fault, method: "POST");

        var payment = await payments.Authorized();

        Assert.That(payments.At(payment), Is.EqualTo((1, 1, 0)));
        Assert.That(payments.Stripe.Calls("POST").Select(call => call.Key).Distinct().Count(), Is.EqualTo(keys));
        Assert.That(payments.Stripe.Calls("GET", "/v1/charges"), Is.Not.Empty);
    }

    [TestCase(FaultAction.Http500After, 1)]
    [TestCase(FaultAction.Http500Before, 2)]
    public async Task So_is_one_of_a_capture_and_of_a_refund(FaultAction fault, int keys)
    {
        var payment = await payments.Authorized();
        payments.Stripe.Break(fault, method: "POST", path: "/capture$");
        await payments.Send(new CapturePayment(payment, PaymentAtWork.Price, DateTimeOffset.UnixEpoch));
        await payments.Outsider.Hears<PaymentCaptured>();
        payments.Stripe.Break(fault, method: "POST", path: "/refunds$");
        await payments.Send(new RefundPayment(Guid.NewGuid(), payment, PaymentAtWork.Price, "plans changed"));
        await payments.Outsider.Hears<PaymentRefunded>();

        Assert.That(payments.At(payment), Is.EqualTo((1, 1, 1)));
        Assert.That(payments.Stripe.Calls("POST", "/v1/refunds").Select(call => call.Key).Distinct().Count(), Is.EqualTo(keys));
    }

    [TestCase(FaultAction.TimeoutAfter)]
    [TestCase(FaultAction.TimeoutBefore)]
    public async Task A_key_that_Stripe_has_forgotten_is_not_sent_before_a_look(FaultAction fault)
    {
        payments.Stripe.Break(fault, times: int.MaxValue, method: "POST");
        var payment = await payments.Authorize();
        await Eventually.Is(async () => await payments.View<bool>("unknown", payment));
        await payments.Process.Kill();

        await payments.Database.Execute("update payment.steps set first_sent_at = first_sent_at - interval '25 hours', due_at = now(), leased_until = null");
        payments.Stripe.Advance(TimeSpan.FromHours(25));
        payments.Stripe.Mend();
        await payments.StartProcess();

        await payments.Outsider.Hears<PaymentAuthorized>();
        Assert.That(payments.At(payment), Is.EqualTo((1, 1, 0)));
    }
}
