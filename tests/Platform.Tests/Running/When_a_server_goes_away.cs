using System.Diagnostics;
using System.Text.RegularExpressions;
using Roost.Servers;

namespace Roost.Platform.Tests.Running;

public sealed class When_a_server_goes_away
{
    static readonly TimeSpan AtTheLatest = TimeSpan.FromSeconds(10);

    Specimen specimen = null!;

    [SetUp]
    public async Task New() => specimen = await Specimen.WithServersOfItsOwn();

    [TearDown]
    public async Task Remove() => await specimen.DisposeAsync();

    [TestCase("postgres")]
    [TestCase("rabbitmq")]
    public async Task The_endpoint_is_red_within_ten_seconds_and_green_and_working_again_by_itself(string gone)
    {
        var endpoint = await specimen.LaunchAndAwaitReady();
        var link = gone == "postgres" ? specimen.ToPostgres : specimen.ToRabbit;

        link.Cut();
        var red = await endpoint.Becomes("not ready", AtTheLatest);
        link.Join();
        var green = await endpoint.Becomes("ready", TimeSpan.FromSeconds(30));

        Assert.That(red.StatusCode, Is.EqualTo(503));
        Assert.That(red.Dependencies, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["postgres"] = gone == "postgres" ? "down" : "up",
            ["rabbitmq"] = gone == "rabbitmq" ? "down" : "up",
        }));
        Assert.That(green.StatusCode, Is.EqualTo(200));
        await Eventually.Is(async () => { await endpoint.Send(); return true; }, TimeSpan.FromSeconds(30));
        await Eventually.Is(async () => await specimen.RowsOfWork() > 0, TimeSpan.FromSeconds(30), () => endpoint.Process.Output);
        Assert.That(endpoint.Process.HasExited, Is.False);
        await endpoint.Process.Says($"{gone} is up again");
    }

    [Test]
    public async Task Work_that_was_waiting_meanwhile_is_done_and_not_in_the_error_queue()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();

        specimen.ToPostgres.Cut();
        for (var i = 0; i < 5; i++) await endpoint.Send();
        await endpoint.Becomes("not ready", AtTheLatest);
        specimen.ToPostgres.Join();

        await Eventually.Is(async () => await specimen.RowsOfWork() == 5, TimeSpan.FromSeconds(90), () => endpoint.Process.Output);
        Assert.That(await specimen.Broker.Depth("error"), Is.Zero);
    }

    [Test]
    public async Task Without_redis_it_is_ready_and_says_that_it_is_degraded()
    {
        specimen.Settings["ROOST__REDIS"] = $"127.0.0.1:{Ports.Free()}";

        var endpoint = await specimen.LaunchAndAwaitReady();

        var health = await endpoint.Health();
        Assert.That(health.StatusCode, Is.EqualTo(200));
        Assert.That(health.Dependencies["redis"], Is.EqualTo("degraded"));
    }

    [Test]
    public async Task A_server_that_is_silent_is_down_too_and_nobody_waits_long_for_the_answer()
    {
        await using var toxiproxy = await Toxiproxy.Start();
        var proxy = await toxiproxy.Before($"{specimen.ToPostgres.Host}:{specimen.ToPostgres.Port}");
        specimen.Settings["ROOST__POSTGRES"] = specimen.Database.Through(proxy.Host, proxy.Port);
        var endpoint = await specimen.LaunchAndAwaitReady();

        await proxy.Stall();
        await endpoint.Becomes("not ready", AtTheLatest);
        var asked = Stopwatch.StartNew();
        await endpoint.Health();

        Assert.That(asked.Elapsed, Is.LessThan(TimeSpan.FromSeconds(4)), "two seconds for the probe, and what a busy machine adds");
        await proxy.Heal();
        await endpoint.Becomes("ready", TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Probes_are_cheap_however_many_ask()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();
        var before = await QueriesOfTheProbe(endpoint);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => endpoint.Health()));

        Assert.That(await QueriesOfTheProbe(endpoint) - before, Is.LessThan(10));
    }

    static async Task<double> QueriesOfTheProbe(Instance endpoint)
    {
        var line = Regex.Match(await endpoint.Metrics(), """^db_client_operation_duration_seconds_count\{[^}]*"Roost.Specimen health"[^}]*\} (\d+)$""", RegexOptions.Multiline);
        Assert.That(line.Success, "the probe's own connection is measured");
        return double.Parse(line.Groups[1].Value);
    }
}
