using Roost.Domain;
using Roost.Stripe.Tests.Client;

namespace Roost.Stripe.Tests.Judges;

/// <summary>Stripe's stateless mock refuses every parameter that its schema does not know. It is asked when the tool is there.</summary>
public sealed class When_requests_are_held_against_Stripes_own_mock
{
    ChildProcess mock = null!;
    StripeClient client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var port = Ports.Free();
        mock = ChildProcess.Start(Tools.Require("stripe-mock"), ["-http-addr", $"127.0.0.1:{port}"]);
        client = Clients.For(new Uri($"http://127.0.0.1:{port}"), key: "sk_test_123");
        await mock.Says("Listening");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (mock is not null) await mock.DisposeAsync();
    }

    static readonly Dictionary<string, string> Metadata = new() { ["booking_id"] = "b", [Lookup.OperationId] = "op" };

    [Test]
    public async Task Every_call_that_changes_something_is_taken()
    {
        Assert.That(await Send(PaymentIntents.Hold(new Money(94_500, "USD"), "pm_card_visa", "pay_1", Metadata)), Is.InstanceOf<Succeeded<PaymentIntent>>());
        Assert.That(await Send(PaymentIntents.Capture("pi_123", new Money(1_000, "JPY"))), Is.InstanceOf<Succeeded<PaymentIntent>>());
        Assert.That(await Send(PaymentIntents.Cancel("pi_123")), Is.InstanceOf<Succeeded<PaymentIntent>>());
        Assert.That(await Send(Refunds.Create("pi_123", new Money(1_000, "EUR"), Metadata)), Is.InstanceOf<Succeeded<Refund>>());
    }

    [Test]
    public async Task Every_call_that_reads_is_taken()
    {
        Assert.That(await Read(PaymentIntents.Read("pi_123")), Is.InstanceOf<Succeeded<PaymentIntent>>());
        Assert.That(await Read(PaymentIntents.ChargesOf("booking_1", after: "ch_123")), Is.InstanceOf<Succeeded<StripeList<Charge>>>());
        Assert.That(await Read(Refunds.Read("re_123")), Is.InstanceOf<Succeeded<Refund>>());
        Assert.That(await Read(Refunds.Of("pi_123", after: null)), Is.InstanceOf<Succeeded<StripeList<Refund>>>());
    }

    [Test]
    public async Task A_wrong_parameter_is_seen() =>
        Assert.That(await Send(new StripeRequest<PaymentIntent>("/v1/payment_intents", "amount=1000&currency=usd&colour=red")),
            Is.InstanceOf<Refused<PaymentIntent>>());

    Task<Answer<T>> Send<T>(StripeRequest<T> request) => client.Send(request, Guid.NewGuid().ToString(), CancellationToken.None);
    Task<Answer<T>> Read<T>(StripeQuery<T> query) => client.Read(query, CancellationToken.None);
}
