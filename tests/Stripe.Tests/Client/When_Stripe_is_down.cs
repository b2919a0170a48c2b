using Roost.StripeSimulator.Control;
using Pass = Roost.Stripe.Breaker.Pass;

namespace Roost.Stripe.Tests.Client;

[Property("Pitfall", "P-124")]
public sealed class When_Stripe_is_down
{
    static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(30);
    readonly StandingClock clock = new();
    Breaker breaker = null!;

    [SetUp]
    public void Open()
    {
        breaker = new Breaker(clock, OpenFor);
        for (var i = 0; i < Breaker.FailuresToOpen; i++) breaker.Record(breaker.Enter(), answered: false);
    }

    Pass Probe(bool answered)
    {
        clock.Advance(OpenFor);
        var pass = breaker.Enter();
        breaker.Record(pass, answered);
        return pass;
    }

    [Test]
    public void It_is_left_alone_for_half_a_minute()
    {
        clock.Advance(OpenFor - TimeSpan.FromSeconds(1));
        Assert.That(breaker.Enter(), Is.EqualTo(Pass.Refused));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(breaker.Enter(), Is.EqualTo(Pass.Probe));
        Assert.That(breaker.Enter(), Is.EqualTo(Pass.Refused), "one at a time");
    }

    [Test]
    public void Three_answers_close_the_breaker()
    {
        for (var i = 0; i < Breaker.SuccessesToClose; i++)
        {
            Assert.That(breaker.IsClosed, Is.False);
            Probe(answered: true);
        }

        Assert.That(breaker.IsClosed);
    }

    [Test]
    public void One_failure_among_them_starts_the_half_minute_again()
    {
        Probe(answered: true);
        Probe(answered: false);

        Assert.That(breaker.Enter(), Is.EqualTo(Pass.Refused));
        Assert.That(Probe(answered: true), Is.EqualTo(Pass.Probe));
        Assert.That(breaker.IsClosed, Is.False);
    }

    [Test]
    public void Four_failures_and_an_answer_do_not_open_it()
    {
        breaker = new Breaker(clock, OpenFor);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < Breaker.FailuresToOpen - 1; i++) breaker.Record(breaker.Enter(), answered: false);
            breaker.Record(breaker.Enter(), answered: true);
        }

        Assert.That(breaker.IsClosed);
    }

    [Test]
    public void Calls_that_were_under_way_when_it_opened_do_not_keep_it_open()
    {
        breaker = new Breaker(clock, OpenFor);
        var late = breaker.Enter();
        for (var i = 0; i < Breaker.FailuresToOpen; i++) breaker.Record(breaker.Enter(), answered: false);
        clock.Advance(OpenFor);

        breaker.Record(late, answered: false);

        Assert.That(breaker.Enter(), Is.EqualTo(Pass.Probe));
    }

    [Test]
    public void A_probe_that_was_given_up_lets_the_next_one_through()
    {
        clock.Advance(OpenFor);
        breaker.Leave(breaker.Enter());

        Assert.That(breaker.Enter(), Is.EqualTo(Pass.Probe));
    }

    [Test]
    public async Task A_thousand_calls_cost_it_five()
    {
        await using var stripe = await StripeServer.Start();
        stripe.Break(FaultAction.Http503, times: int.MaxValue);
        var client = Clients.For(stripe.Url, breaker: new Breaker(clock, OpenFor));

        var answers = new List<Answer<PaymentIntent>>();
        for (var i = 0; i < 1000; i++) answers.Add(await client.Send(Clients.Hold(), $"k{i}", CancellationToken.None));

        Assert.That(stripe.Calls(), Has.Length.EqualTo(Breaker.FailuresToOpen));
        Assert.That(answers[^1], Is.EqualTo(new NotNow<PaymentIntent>("the breaker is open")));
    }
}
