using System.Diagnostics;
using Roost.Contracts;
using Roost.StripeSimulator.Control;

namespace Roost.Endpoints.Tests.Paying;

[Parallelizable(ParallelScope.Self)]
[Property("Pitfall", "P-42")]
public sealed class When_Stripe_stalls
{
    [Test]
    public async Task Nothing_else_waits_for_it()
    {
        await using var payments = await PaymentAtWork.Start(timeoutSeconds: 60);
        var captured = await payments.Authorized();
        payments.Stripe.Break(FaultAction.Slow, times: 60, method: "POST", path: "/payment_intents$", delay: TimeSpan.FromSeconds(30));
        var watch = Stopwatch.StartNew();
        var stalled = new List<Guid>();
        for (var i = 0; i < 60; i++) stalled.Add(await payments.Authorize());
        await Eventually.Is(() => payments.Stripe.Look(stripe => stripe.Faults.All[0].Hits) == 60);

        await payments.Send(new CapturePayment(captured, PaymentAtWork.Price, DateTimeOffset.UnixEpoch));
        await payments.Outsider.Hears<PaymentCaptured>();

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "the stall was not over yet");
        Assert.That(await payments.Database.Values<string>(
            """
            select state || ': ' || left(query, 100) from pg_stat_activity
            where datname = current_database() and application_name = 'Roost.Payment' and xact_start < now() - interval '2 seconds'
            """), Is.Empty, "no transaction is open while Stripe is waited for");
        await Eventually.Is(() => stalled.TrueForAll(id => payments.Outsider.Heard.Any(it => it is PaymentAuthorized yes && yes.PaymentId == id)), TimeSpan.FromSeconds(60));
    }
}
