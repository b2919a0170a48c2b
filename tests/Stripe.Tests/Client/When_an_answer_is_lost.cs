using Roost.StripeSimulator.Control;

namespace Roost.Stripe.Tests.Client;

[Property("Pitfall", "P-44, P-46, P-47")]
public sealed class When_an_answer_is_lost
{
    // Long enough for a busy machine to have made the payment, or what is lost would be the question and not the answer.
    static readonly TimeSpan Impatient = TimeSpan.FromSeconds(2);
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

    Task<Answer<PaymentIntent>> Hold(TimeSpan? patience = null) =>
        (patience is null ? client : Clients.For(stripe.Url, patience)).Send(Clients.Hold(), "k", CancellationToken.None);

    int Holds => stripe.Look(account => account.PaymentIntents.All.Count);

    [TestCase(FaultAction.TimeoutBefore, 0)]
    [TestCase(FaultAction.TimeoutAfter, 1)]
    public async Task A_timeout_says_nothing_either_way(FaultAction fault, int made)
    {
        stripe.Break(fault);

        var answer = await Hold(Impatient);

        Assert.That(answer, Is.EqualTo(new Unknown<PaymentIntent>(UnknownBecause.NoAnswer)));
        Assert.That(Holds, Is.EqualTo(made));
        Assert.That(stripe.Calls(), Has.Length.EqualTo(1), "a slow Stripe is not pressed");
    }

    [TestCase(FaultAction.MalformedJson)]
    [TestCase(FaultAction.Empty200)]
    public async Task An_answer_that_cannot_be_read_is_no_answer(FaultAction fault)
    {
        stripe.Break(fault, times: 10);

        Assert.That(await Hold(), Is.InstanceOf<Unknown<PaymentIntent>>());
        Assert.That(Holds, Is.EqualTo(1));
    }

    [TestCase(FaultAction.TimeoutAfter)]
    [TestCase(FaultAction.ResetMidBody)]
    public async Task The_same_key_finds_what_was_made(FaultAction fault)
    {
        stripe.Break(fault, times: fault is FaultAction.TimeoutAfter ? 1 : 4);
        Assert.That(await Hold(fault is FaultAction.TimeoutAfter ? Impatient : null), Is.InstanceOf<Unknown<PaymentIntent>>());

        var again = (Succeeded<PaymentIntent>)await Hold();

        Assert.That(again.Replayed);
        Assert.That(Holds, Is.EqualTo(1));
    }

    [Test]
    public async Task Fifty_tries_of_which_every_other_loses_its_answer_make_one_object_each()
    {
        var held = await FiftyTimes(Clients.Hold(), "hold");
        await FiftyTimes(PaymentIntents.Capture(held.Id, Clients.Price), "capture");
        var refund = await FiftyTimes(Refunds.Create(held.Id, Clients.Price with { Amount = 100 }, new Dictionary<string, string>()), "refund");

        Assert.That(stripe.Calls().Count(call => call.Fault is FaultAction.ResetMidBody), Is.EqualTo(3 * 25 * 4), "answers really were lost");
        Assert.That(stripe.Look(account => (account.PaymentIntents.All.Count, account.Charges.All.Count)), Is.EqualTo((1, 1)));
        Assert.That(stripe.Look(account => account.Refunds.All.Select(one => one.Id)), Is.EqualTo(new[] { refund.Id }));
    }

    async Task<T> FiftyTimes<T>(StripeRequest<T> request, string key) where T : class
    {
        T? value = null;
        for (var i = 0; i < 50; i++)
        {
            var lost = i % 2 == 0;
            if (lost) stripe.Break(FaultAction.ResetMidBody, times: 4, method: "POST");
            var answer = await Clients.For(stripe.Url).Send(request, key, CancellationToken.None);
            Assert.That(answer, lost ? Is.InstanceOf<Unknown<T>>() : Is.InstanceOf<Succeeded<T>>());
            if (answer is Succeeded<T> succeeded) value = succeeded.Value;
        }
        return value!;
    }

    [Test]
    public async Task A_failure_that_Stripe_remembers_asks_for_a_look_and_not_for_more_tries()
    {
        stripe.Break(FaultAction.Http500After);

        var answer = await Hold();

        Assert.That(answer, Is.EqualTo(new Unknown<PaymentIntent>(UnknownBecause.StoredFailure) { RequestId = answer.RequestId }));
        Assert.That(stripe.Calls(), Has.Length.EqualTo(2), "the second call showed that it is remembered");
    }

    [TestCase(FaultAction.Http500After, true)]
    [TestCase(FaultAction.Http500Before, false)]
    public async Task A_look_by_metadata_tells_whether_it_was_made(FaultAction fault, bool made)
    {
        stripe.Break(fault);
        await Hold();
        for (var i = 0; i < 120; i++) await client.Send(Clients.Hold(operation: $"other {i}"), $"other {i}", CancellationToken.None);

        var found = (Succeeded<PaymentIntent?>)await new Lookup(client).PaymentIntent("op", Clients.Group, CancellationToken.None);

        Assert.That(found.Value?.Status, made ? Is.EqualTo(IntentStatus.RequiresCapture) : Is.Null);
        Assert.That(found.Value?.CaptureBefore, made ? Is.Not.Null : Is.Null);
    }

    [Test]
    public async Task A_look_that_fails_proves_nothing()
    {
        stripe.Break(FaultAction.Http503, times: 100);

        var answer = await new Lookup(client).PaymentIntent("op", Clients.Group, CancellationToken.None);

        Assert.That(answer, Is.InstanceOf<NotNow<PaymentIntent?>>());
    }

    [Test]
    public async Task A_lost_try_followed_by_a_busy_one_is_still_unknown()
    {
        stripe.Break(FaultAction.ResetMidBody);
        stripe.Break(FaultAction.LockTimeout429, times: 100);

        Assert.That(await Hold(), Is.InstanceOf<Unknown<PaymentIntent>>());
        Assert.That(Holds, Is.EqualTo(1));
    }
}
