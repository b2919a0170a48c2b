using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_a_message_is_audited
{
    [Test]
    public async Task The_copy_is_the_message_as_it_came_and_when_and_where_it_was_processed()
    {
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<Handles>();
            endpoint.AuditProcessedMessagesTo("audit", TimeSpan.FromDays(3));
            endpoint.UniquelyIdentifyRunningInstance().UsingNames("instance", "host").UsingCustomDisplayName("shown as");
        });

        await workshop.Deliver("""{"Text":"kept"}""", typeof(Order), new()
        {
            ["NServiceBus.MessageId"] = "the-id",
            ["NServiceBus.TimeSent"] = "2026-11-21 04:00:33:508582 Z",
            ["NServiceBus.Version"] = "7.0.0",
            ["Own"] = "kept",
        });

        var copy = workshop.Sent.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (copy.Destination, copy.MessageId, copy.TimeToBeReceived),
                Is.EqualTo(("audit", "the-id", (TimeSpan?)TimeSpan.FromDays(3))));
            Assert.That(System.Text.Encoding.UTF8.GetString(copy.Body.Span), Is.EqualTo("""{"Text":"kept"}"""));
            Assert.That(copy.Headers["Own"], Is.EqualTo("kept"));
            Assert.That(copy.Headers["NServiceBus.TimeSent"], Is.EqualTo("2026-11-21 04:00:33:508582 Z"));
            Assert.That(copy.Headers["NServiceBus.Version"], Is.EqualTo("7.0.0"));
            Assert.That(copy.Headers["NServiceBus.ProcessingEndpoint"], Is.EqualTo("Workshop"));
            Assert.That(copy.Headers["NServiceBus.ProcessingMachine"], Is.EqualTo(Environment.MachineName));
            Assert.That(copy.Headers["$.diagnostics.hostdisplayname"], Is.EqualTo("shown as"));
            Assert.That(copy.Headers["$.diagnostics.hostid"], Does.Match("^[0-9a-f]{32}$"));
            Assert.That(copy.Headers["NServiceBus.ProcessingStarted"], Is.LessThanOrEqualTo(copy.Headers["NServiceBus.ProcessingEnded"]));
        }
    }

    [Test]
    public async Task A_message_that_failed_is_not()
    {
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<Handles>();
            endpoint.AuditProcessedMessagesTo("audit");
        });

        await workshop.Deliver("""{"Text":"fail"}""", typeof(Order));

        Assert.That(workshop.Sent, Is.Empty);
    }

    public sealed record Order(string Text) : ICommand;

    public sealed class Handles : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) =>
            message.Text == "fail" ? throw new InvalidOperationException("told to") : Task.CompletedTask;
    }
}
