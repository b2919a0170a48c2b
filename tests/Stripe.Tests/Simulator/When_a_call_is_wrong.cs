namespace Roost.Stripe.Tests.Simulator;

public sealed class When_a_call_is_wrong
{
    StripeServer stripe = null!;
    Caller caller = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        stripe = await StripeServer.Start();
        caller = new Caller(stripe.Url);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await stripe.DisposeAsync();
    }

    [TestCase("amount=1000&currency=usd&colour=red", "parameter_unknown", "colour")]
    [TestCase("amount=1000&currency=usd&payment_method_options[card][colour]=red", "parameter_unknown", "payment_method_options[card][colour]")]
    [TestCase("currency=usd", "parameter_missing", "amount")]
    [TestCase("amount=1000", "parameter_missing", "currency")]
    [TestCase("amount=10.5&currency=usd", "parameter_invalid_integer", "amount")]
    [TestCase("amount=49&currency=usd", "amount_too_small", "amount")]
    [TestCase("amount=1000000000000&currency=usd", "amount_too_large", "amount")]
    [TestCase("amount=1050&currency=isk", null, "amount")]
    [TestCase("amount=10005&currency=kwd", null, "amount")]
    [TestCase("amount=1000&currency=dollar", null, "currency")]
    [TestCase("amount=1000&currency=usd&capture_method=later", null, "capture_method")]
    [TestCase("amount=1000&currency=usd&off_session=true", null, "off_session")]
    [TestCase("amount=1000&currency=usd&return_url=https://roost.test", null, "return_url")]
    [TestCase("amount=1000&currency=usd&statement_descriptor=Roost", null, "statement_descriptor")]
    [TestCase("amount=1000&currency=usd&customer=cus_none", "resource_missing", "customer")]
    [TestCase("amount=1000&currency=usd&payment_method=pm_none", "resource_missing", "payment_method")]
    [TestCase("amount=1000&currency=usd&expand[0]=latest_charge.customer.a.b.c", null, "expand")]
    [TestCase("amount=1000&currency=usd&metadata[a_key_that_is_longer_than_forty_characters_is_refused]=1", null,
        "metadata[a_key_that_is_longer_than_forty_characters_is_refused]")]
    public async Task The_parameter_is_named(string form, string? code, string param)
    {
        var refused = await caller.Post("/v1/payment_intents", form);

        Assert.That(
            (refused.Status, refused.Text("error.type"), refused.Text("error.code"), refused.Text("error.param")),
            Is.EqualTo((400, "invalid_request_error", code, param)));
    }

    [TestCase("/v1/payment_intents/pi_none", 404)]
    [TestCase("/v1/refunds/re_none", 404)]
    [TestCase("/v1/unheard_of", 404)]
    [TestCase("/v1/payment_intents?limit=101", 400)]
    [TestCase("/v1/payment_intents?starting_after=pi_none", 400)]
    [TestCase("/v1/payment_intents?starting_after=a&ending_before=b", 400)]
    public async Task So_is_what_does_not_exist(string path, int status)
    {
        var refused = await caller.Get(path);

        Assert.That((refused.Status, refused.Text("error.type")), Is.EqualTo((status, "invalid_request_error")));
    }

    [TestCase("sk_live_roost")]
    [TestCase("pk_test_roost")]
    [TestCase("secret")]
    public async Task A_key_that_is_not_a_test_key_opens_nothing(string key)
    {
        using var stranger = new Caller(stripe.Url, key);

        Assert.That((await stranger.Get("/v1/payment_intents")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Another_account_sees_nothing_of_this_one()
    {
        using var other = new Caller(stripe.Url, "sk_test_other");
        var held = await caller.Hold();

        Assert.That((await other.Get($"/v1/payment_intents/{held.Id}")).Status, Is.EqualTo(404));
    }
}
