using Roost.Servers;

namespace Roost.Platform.Tests.Running;

public sealed class When_an_endpoint_starts
{
    Specimen specimen = null!;

    [SetUp]
    public async Task New() => specimen = await Specimen.WithServersOfItsOwn();

    [TearDown]
    public async Task Remove() => await specimen.DisposeAsync();

    [Test]
    public async Task Without_a_setting_it_ends_with_one_line_that_names_it()
    {
        specimen.Settings["ROOST__RABBITMQ"] = null;

        Assert.That(await Refuses(), Is.EqualTo("Roost.Specimen cannot start: ROOST__RABBITMQ is missing"));
    }

    [Test]
    public async Task On_a_port_in_use_it_says_which()
    {
        await using var occupied = Link.To("127.0.0.1", 1);
        specimen.Settings["ROOST__HTTP"] = $"http://127.0.0.1:{occupied.Port}";

        Assert.That(await Refuses(), Is.EqualTo($"Roost.Specimen cannot start: 127.0.0.1:{occupied.Port} cannot be listened on: Address already in use (ROOST__HTTP)"));
    }

    [Test]
    public async Task Probes_at_the_address_of_the_product_itself_are_refused()
    {
        var address = $"127.0.0.1:{Ports.Free()}";
        specimen.Settings["ROOST__HTTP"] = $"http://localhost:{address.Split(':')[1]}";
        specimen.Settings["ROOST__SPECIMEN__OPERATIONS"] = $"http://{address}";

        Assert.That(await Refuses(), Is.EqualTo($"Roost.Specimen cannot start: {address} cannot be listened on: Address already in use (ROOST__SPECIMEN__OPERATIONS)"));
    }

    [Test]
    public async Task With_a_wrong_password_it_does_not_wait()
    {
        specimen.Settings["ROOST__STARTWITHIN"] = "600";
        specimen.Settings["ROOST__RABBITMQ"] = new UriBuilder(specimen.Broker.Amqp) { Password = "not-this-one" }.Uri.ToString();

        Assert.That(await Refuses(), Does.Contain("refuses: wrong user or password (ROOST__RABBITMQ)").And.Not.Contain("not-this-one"));
    }

    [Test]
    public async Task Before_its_servers_it_waits_for_them_and_says_so()
    {
        specimen.ToPostgres.Cut();
        specimen.ToRabbit.Cut();
        var endpoint = specimen.Launch();

        await endpoint.Process.Says("Waiting for PostgreSQL at 127.0.0.1");
        specimen.ToPostgres.Join();
        await endpoint.Process.Says("Waiting for RabbitMQ at 127.0.0.1");
        specimen.ToRabbit.Join();

        Assert.That((await endpoint.Becomes("ready", TimeSpan.FromSeconds(30))).StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task It_does_not_wait_for_ever()
    {
        specimen.ToPostgres.Cut();
        specimen.Settings["ROOST__STARTWITHIN"] = "2";

        Assert.That(await Refuses(), Does.Match(@"PostgreSQL at 127.0.0.1:\d+ did not answer within 2 s: Connection refused \(ROOST__POSTGRES\)$"));
    }

    [Test]
    public async Task Several_at_once_on_empty_servers_all_become_ready()
    {
        Instance[] endpoints = [specimen.Launch(), specimen.Launch(), specimen.Launch(), specimen.Launch()];

        var healths = await Task.WhenAll(endpoints.Select(e => e.Becomes("ready", TimeSpan.FromSeconds(90))));

        Assert.That(healths.Select(h => h.StatusCode), Is.All.EqualTo(200));
        Assert.That(await specimen.Database.Value<long>("select count(*) from specimen.migrations"), Is.EqualTo(1));
    }

    // P-73: two endpoints on one set of outbox tables would take each other's messages for done.
    [Test]
    public async Task With_the_table_prefix_of_another_endpoint_it_refuses()
    {
        await specimen.LaunchAndAwaitReady();

        var other = specimen.Launch(name: "Roost.Impostor");

        Assert.That(await other.Process.WaitForExit(TimeSpan.FromSeconds(60)), Is.EqualTo(1));
        await other.Process.Says("Roost.Impostor cannot start: the table prefix specimen_ belongs to Roost.Specimen");
    }

    [Test]
    public async Task Strangers_do_not_see_its_health_and_metrics()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();
        endpoint.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        using var health = await endpoint.Http.GetAsync("/health/ready");
        using var metrics = await endpoint.Http.GetAsync("/metrics");

        Assert.That(((int)health.StatusCode, (int)metrics.StatusCode), Is.EqualTo((404, 404)));
    }

    /// <summary>The one line it ends with; fails when there was a stack trace too, or no exit status.</summary>
    async Task<string> Refuses()
    {
        var endpoint = specimen.Launch();
        Assert.That(await endpoint.Process.WaitForExit(TimeSpan.FromSeconds(60)), Is.EqualTo(1));
        var said = await endpoint.Process.Says("cannot start");
        Assert.That(endpoint.Process.Output, Does.Not.Contain("   at "));
        return said;
    }
}
