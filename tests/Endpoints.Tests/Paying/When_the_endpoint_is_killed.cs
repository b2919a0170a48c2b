using Roost.Contracts;
using Roost.StripeSimulator.Control;

namespace Roost.Endpoints.Tests.Paying;

/// <summary>P-43: killed after Stripe has done it and before anybody has written that down.</summary>
[Parallelizable(ParallelScope.Self)]
[Property("Pitfall", "P-43, P-44")]
public sealed class When_the_endpoint_is_killed
{
    static readonly TimeSpan TakenOverWithin = TimeSpan.FromSeconds(40);
    PaymentAtWork payments = null!;

    [SetUp]
    public async Task Start() => payments = await PaymentAtWork.Start();

    [TearDown]
    public ValueTask Stop() => payments?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Each_step_that_was_under_way_is_finished_once_by_the_next_process()
    {
        Guid payment = default, refund = Guid.NewGuid();
        await KilledDuring("/payment_intents$", async () => payment = await payments.Authorize());
        await payments.Outsider.Hears<PaymentAuthorized>(within: TakenOverWithin);

        await KilledDuring("/capture$", () => payments.Send(new CapturePayment(payment, PaymentAtWork.Price, DateTimeOffset.UnixEpoch)));
        await payments.Outsider.Hears<PaymentCaptured>(within: TakenOverWithin);

        await KilledDuring("/refunds$", () => payments.Send(new RefundPayment(refund, payment, PaymentAtWork.Price, "plans changed")));
        await payments.Outsider.Hears<PaymentRefunded>(within: TakenOverWithin);

        Assert.That(payments.At(payment), Is.EqualTo((1, 1, 1)));
        Assert.That(await payments.View<string>("concat_ws(' ', status, captured, refunded)", payment), Is.EqualTo("captured 10000 10000"));
    }

    async Task KilledDuring(string path, Func<Task> command)
    {
        payments.Stripe.Break(FaultAction.TimeoutAfter, method: "POST", path: path);
        await command();
        await Eventually.Is(() => payments.Stripe.Look(stripe => stripe.Journal.Find("POST", null, null).Any(call => call.Fault is FaultAction.TimeoutAfter && call.Status == 200)));

        await payments.Process.Kill();
        payments.Stripe.Look(stripe =>
        {
            stripe.Journal.Clear();
            return true;
        });
        await payments.StartProcess();
    }

    [Test]
    public async Task Killed_at_any_moment_each_payment_is_made_once()
    {
        var ids = new List<Guid>();
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 15; i++)
            {
                var id = await payments.Authorize();
                await payments.Send(new AbandonPayment(id));
                ids.Add(id);
            }
            await Eventually.Is(() => payments.Outsider.Heard.Count > ids.Count - 12, TimeSpan.FromSeconds(60));
            await payments.Process.Kill();
            await payments.StartProcess();
        }

        await Eventually.Is(() => ids.TrueForAll(id => payments.Outsider.Heard.Any(it => it is PaymentAuthorized yes && yes.PaymentId == id || it is PaymentDeclined no && no.PaymentId == id)),
            TimeSpan.FromSeconds(60));
        var told = ids.ToDictionary(id => id, id => payments.Outsider.Heard.Any(it => it is PaymentAuthorized yes && yes.PaymentId == id));
        foreach (var id in ids)
        {
            Assert.That(payments.At(id), Is.EqualTo(told[id] ? (1, 1, 0) : (0, 0, 0)));
            Assert.That(payments.Outsider.Heard.Any(it => it is PaymentDeclined no && no.PaymentId == id), Is.EqualTo(!told[id]));
        }
        Assert.That(told.Values, Does.Contain(true));
    }
}
