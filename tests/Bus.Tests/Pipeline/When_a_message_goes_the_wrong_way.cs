using System.Reflection;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_a_message_goes_the_wrong_way
{
    Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task An_endpoint_without_routes() => workshop = await Workshop.Open((_, _) => { });

    [OneTimeTearDown]
    public async Task End() => await workshop.DisposeAsync();

    [TearDown]
    public void Nothing_left() => Assert.That(workshop.Sent, Is.Empty);

    [Test]
    public void A_command_without_a_route_is_refused_at_once() =>
        Assert.That(
            async () => await workshop.Session.Send(new Command()),
            Throws.InvalidOperationException.With.Message.StartsWith("No destination specified for message"));

    [Test]
    public void An_event_cannot_be_sent() =>
        Assert.That(
            async () => await workshop.Session.Send("there", new Happening()),
            Throws.InvalidOperationException.With.Message.Contains("should be published"));

    [Test]
    public void A_command_cannot_be_published() =>
        Assert.That(
            async () => await workshop.Session.Publish(new Command()),
            Throws.InvalidOperationException.With.Message.Contains("Pub/Sub is not supported for commands"));

    [Test]
    public void A_command_cannot_be_subscribed_to() =>
        Assert.That(async () => await workshop.Session.Subscribe<Command>(), Throws.InvalidOperationException);

    [Test]
    public void What_is_no_message_cannot_be_sent() =>
        Assert.That(
            async () => await workshop.Session.Send("there", new object()),
            Throws.InvalidOperationException.With.Message.Contains("Could not find metadata"));

    [Test]
    public void A_perishable_message_cannot_be_delayed()
    {
        var options = new SendOptions();
        options.SetDestination("there");
        options.DelayDeliveryWith(TimeSpan.FromHours(1));

        Assert.That(async () => await workshop.Session.Send(new Perishable(), options), Throws.InvalidOperationException);
    }

    [Test]
    public void Two_destinations_or_two_times_for_one_message_are_refused()
    {
        var options = new SendOptions();
        options.SetDestination("there");
        options.DelayDeliveryWith(TimeSpan.FromSeconds(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.RouteToThisEndpoint, Throws.InvalidOperationException);
            Assert.That(() => options.DoNotDeliverBefore(DateTimeOffset.UnixEpoch), Throws.InvalidOperationException);
            Assert.That(() => options.DelayDeliveryWith(TimeSpan.FromSeconds(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task The_more_precise_route_wins()
    {
        await using var routed = await Workshop.Open((_, routing) =>
        {
            routing.RouteToEndpoint(typeof(Command), "by-type");
            routing.RouteToEndpoint(Assembly.GetExecutingAssembly(), "Roost.Bus.Tests.Pipeline", "by-namespace");
            routing.RouteToEndpoint(Assembly.GetExecutingAssembly(), "by-assembly");
        });

        await routed.Session.Send(new Command());
        await routed.Session.Send(new Perishable());
        await routed.Session.Send(new Recoverability.When_a_message_is_beyond_help.Order());

        Assert.That(routed.Sent.Select(sent => sent.Destination), Is.EqualTo(new[] { "by-type", "by-namespace", "by-assembly" }));
    }

    public sealed record Command : ICommand;

    public sealed record Happening : IEvent;

    [TimeToBeReceived("00:10:00")]
    public sealed record Perishable : ICommand;
}
