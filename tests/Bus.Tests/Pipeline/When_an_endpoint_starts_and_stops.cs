using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NServiceBus.CustomChecks;
using NServiceBus.Installation;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_an_endpoint_starts_and_stops
{
    [Test]
    public async Task Services_registered_before_it_can_send_while_they_start()
    {
        await using var workshop = await Workshop.Open(
            (_, routing) => routing.RouteToEndpoint(typeof(Hello), "there"),
            services => services.AddHostedService<SendsAtStart>());

        Assert.That(workshop.Sent.Single().Destination, Is.EqualTo("there"));
    }

    [Test]
    public async Task It_subscribes_to_the_events_it_handles_and_to_nothing_else()
    {
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<HandlesMany>();
            endpoint.AutoSubscribe().DisableFor<Unwanted>();
        });

        Assert.That(workshop.Subscriptions, Is.EqualTo(new[] { typeof(Happened) }));
    }

    [Test]
    public async Task Installers_run_before_anything_is_received_and_only_when_enabled()
    {
        var installed = new List<string>();
        void Configure(EndpointConfiguration endpoint, RoutingSettings routing)
        {
            endpoint.AddInstaller<Installs>();
            endpoint.EnableInstallers("deployer");
        }

        await using (await Workshop.Open(Configure, services => services.AddSingleton(installed)))
        await using (await Workshop.Open((endpoint, _) => endpoint.AddInstaller<Installs>(), services => services.AddSingleton(installed)))
            Assert.That(installed, Is.EqualTo(new[] { "deployer" }));
    }

    /// <summary>P-73: on a shared outbox each would drop what the other has received. In production the installers run elsewhere.</summary>
    [Test]
    public async Task On_the_tables_of_another_it_does_not_start_installers_or_not()
    {
        await using var database = await Postgres.NewDatabase("shared");
        await using (await Workshop.Open((endpoint, _) => endpoint.StoreIn(database).TablePrefix("same_"), name: "First"))
        {
        }

        Assert.That(
            () => Workshop.Open((endpoint, _) => endpoint.StoreIn(database, installs: false).TablePrefix("same_"), name: "Second"),
            Throws.InvalidOperationException.With.Message.Contains("First").And.Message.Contains("TablePrefix"));
    }

    [Test]
    public async Task After_its_stop_it_refuses_to_send()
    {
        var workshop = await Workshop.Open((_, routing) => routing.RouteToEndpoint(typeof(Hello), "there"));
        var session = workshop.Session;

        await workshop.DisposeAsync();

        Assert.That(async () => await session.Send(new Hello()), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Its_stop_lets_what_is_in_progress_finish()
    {
        await using var world = await World.Create("stop");
        var gate = new Gate();
        var host = await world.Start("Stopping", (endpoint, _) => endpoint.AddHandler<Slow>(), services => services.AddSingleton(gate));
        await host.Services.GetRequiredService<IMessageSession>().SendLocal(new Hello());
        await gate.Entered.Task.WaitAsync(Eventually.Patience);

        var stop = host.StopAsync();
        Assert.That(stop.IsCompleted, Is.False);
        gate.Open.SetResult();
        await stop;

        Assert.That(await world.Database.Value<long>("""select count(*) from "Stopping_OutboxData" where "Dispatched" """), Is.EqualTo(1));
    }

    /// <summary>It is somebody's own code: a process that waits for it would be killed instead, with whatever else it still had to do.</summary>
    [Test]
    public async Task Its_stop_leaves_behind_a_check_that_does_not_listen_and_says_so()
    {
        await using var world = await World.Create("deaf");
        await world.DeclareQueue("platform");
        var (gate, log) = (new Gate(), new LogBook());
        var host = await world.Start("Checked", (endpoint, _) =>
        {
            endpoint.ReportCustomChecksTo("platform");
            endpoint.AddCustomCheck<Deaf>();
        }, services => services.AddSingleton(gate).AddLogging(logging => logging.AddProvider(log)));
        await gate.Entered.Task.WaitAsync(Eventually.Patience);

        var stop = host.StopAsync();
        var ended = await Task.WhenAny(stop, Task.Delay(TimeSpan.FromSeconds(10))) == stop;
        gate.Open.SetResult();

        Assert.That((ended, log.Says("report check deaf")), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_configuration_that_cannot_work_is_refused_with_the_reason()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await Workshop.Open((endpoint, _) => endpoint.EnableOutbox()),
                Throws.InvalidOperationException.With.Message.Contains("no persistence"));
            Assert.That(
                async () => await Workshop.Open((endpoint, _) => endpoint.PurgeOnStartup(true)),
                Throws.InstanceOf<NotSupportedException>());
            Assert.That(() => new EndpointConfiguration("a@b"), Throws.ArgumentException);
        }
    }

    public sealed record Hello : ICommand;

    public sealed record Happened : IEvent;

    public sealed record Unwanted : IEvent;

    public sealed class SendsAtStart(IMessageSession session) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => session.Send(new Hello(), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public sealed class HandlesMany : IHandleMessages<Hello>, IHandleMessages<Happened>, IHandleMessages<Unwanted>
    {
        public Task Handle(Hello message, IMessageHandlerContext context) => Task.CompletedTask;

        public Task Handle(Happened message, IMessageHandlerContext context) => Task.CompletedTask;

        public Task Handle(Unwanted message, IMessageHandlerContext context) => Task.CompletedTask;
    }

    public sealed class Installs(List<string> installed) : INeedToInstallSomething
    {
        public Task Install(string identity, CancellationToken cancellationToken = default)
        {
            installed.Add(identity);
            return Task.CompletedTask;
        }
    }

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Deaf(Gate gate) : CustomCheck("deaf", "health")
    {
        public override async Task<CheckResult> PerformCheck(CancellationToken cancellationToken = default)
        {
            gate.Entered.TrySetResult();
            await gate.Open.Task;
            return CheckResult.Pass;
        }
    }

    public sealed class Slow(Gate gate) : IHandleMessages<Hello>
    {
        public Task Handle(Hello message, IMessageHandlerContext context)
        {
            gate.Entered.TrySetResult();
            return gate.Open.Task;
        }
    }
}
