using System.Diagnostics;
using Roost.Servers;

namespace Roost.Platform.Tests.Running;

public sealed class When_an_endpoint_is_asked_to_stop
{
    Specimen specimen = null!;

    [SetUp]
    public async Task New() => specimen = await Specimen.WithServersOfItsOwn();

    [TearDown]
    public async Task Remove() => await specimen.DisposeAsync();

    [Test]
    public async Task It_finishes_the_message_and_the_request_in_flight_and_exits_clean()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();
        var work = await endpoint.Send(milliseconds: 2000);
        await endpoint.Process.Says($"Working on {work}");
        var slow = endpoint.Http.GetStringAsync("/slow?milliseconds=2000");
        await Eventually.Is(async () => (await endpoint.Metrics()).Contains("""http_server_active_requests{http_request_method="GET",url_scheme="http"} 2"""));

        endpoint.Process.Terminate();

        Assert.That(await slow, Is.EqualTo("done"));
        Assert.That(await endpoint.Process.WaitForExit(TimeSpan.FromSeconds(15)), Is.EqualTo(0));
        Assert.That(await specimen.RowsOfWork(), Is.EqualTo(1));
        Assert.That(await specimen.Broker.Depth("Roost.Specimen"), Is.Zero, "it was finished, not handed back");
        Assert.That(endpoint.Process.Output, Does.Not.Contain("was lost"), "its own goodbye to the broker is no loss");
    }

    [Test]
    public async Task It_does_not_wait_for_ever_and_what_it_gave_up_is_done_by_the_next()
    {
        specimen.Settings["ROOST__STOPWITHIN"] = "1";
        var endpoint = await specimen.LaunchAndAwaitReady();
        var work = await endpoint.Send(milliseconds: 8000);
        await endpoint.Process.Says($"Working on {work}");

        var stopping = Stopwatch.StartNew();
        endpoint.Process.Terminate();
        await endpoint.Process.WaitForExit(TimeSpan.FromSeconds(7));
        Assert.That(await specimen.RowsOfWork(), Is.Zero, $"it took {stopping.Elapsed.TotalSeconds:0.0} s");

        await specimen.LaunchAndAwaitReady();
        await Eventually.Is(async () => await specimen.RowsOfWork() == 1, TimeSpan.FromSeconds(40));
    }

    [Test]
    public async Task Even_while_it_still_waits_for_its_servers()
    {
        specimen.ToPostgres.Cut();
        var endpoint = specimen.Launch();
        await endpoint.Process.Says("Waiting for PostgreSQL");

        endpoint.Process.Terminate();

        await endpoint.Process.WaitForExit(TimeSpan.FromSeconds(5));
        Assert.That(endpoint.Process.Output, Does.Not.Contain("   at "));
    }
}
