using System.Diagnostics;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Enduring;

/// <summary>A process of its own, with everything an endpoint can be asked to do beside its messages: timers, reports, heartbeats, scans.</summary>
[Parallelizable] // only its own processor time counts
public sealed class When_an_endpoint_idles
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    // What the runtime recompiles of a young process is not what idling costs, and would be three quarters of what is seen here.
    static readonly Dictionary<string, string?> CompiledOnce = new() { ["DOTNET_TieredCompilation"] = "0" };

    [Test]
    public async Task It_takes_less_than_one_percent_of_a_core()
    {
        await using var world = await World.Create("idle");
        await world.DeclareQueue("ServiceControl");
        await using var endpoint = ChildProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "Roost.Bus.Victim.dll"), [world.Broker.Amqp, world.Database.ConnectionString, "idle"], CompiledOnce);
        await endpoint.Says("receiving");
        await Task.Delay(WarmUp);

        using var process = Process.GetProcessById(endpoint.Id);
        var (began, before) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await Task.Delay(Window);
        process.Refresh();
        var share = (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(began);

        TestContext.Out.WriteLine($"{share:P2} of a core over {Window.TotalSeconds} s");
        Assert.That(share, Is.LessThan(0.01));
        Assert.That(await world.Broker.Depth("ServiceControl"), Is.GreaterThan(3), "it did report all the while");
        Assert.That(endpoint.HasExited, Is.False);
    }
}
