using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>P-70: a message that cannot be processed ends in the error queue, complete, and can be brought back.</summary>
public sealed class When_a_handler_keeps_failing
{
    [Test]
    public async Task It_is_tried_at_once_and_later_and_then_lies_in_the_error_queue_with_all_that_is_known_about_the_failure()
    {
        var attempts = new Attempts { Failing = true };
        await using var world = await World.Create("failing");
        await world.Start("Failing", (endpoint, _) =>
        {
            endpoint.AddHandler<Fragile>();
            endpoint.Recoverability()
                .Immediate(immediate => immediate.NumberOfRetries(2))
                .Delayed(delayed => delayed.NumberOfRetries(1).TimeIncrease(TimeSpan.FromSeconds(1)))
                .Failed(failed => failed.HeaderCustomization(headers => headers["Added"] = headers["NServiceBus.FailedQ"]));
        }, services => services.AddSingleton(attempts));
        var letter = new Letter("""{"Text":"é"}""", typeof(Try)) { ReplyTo = "somebody" };

        await letter.SendTo(world, "Failing");

        var failed = await world.Receive("error");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                attempts.Seen, Is.EqualTo(new[] { "0", "0", "0", "1", "1", "1" }), "retries header at each attempt: (2 + 1) × (1 + 1)");
            Assert.That(failed.Body, Is.EqualTo("""{"Text":"é"}"""));
            Assert.That(failed.Properties.MessageId, Is.EqualTo(letter.Id));
            Assert.That(failed["NServiceBus.MessageId"], Is.EqualTo(letter.Id));
            Assert.That(failed["NServiceBus.ReplyToAddress"], Is.EqualTo("somebody"));
            Assert.That(failed["NServiceBus.FailedQ"], Is.EqualTo("Failing"));
            Assert.That(failed["Added"], Is.EqualTo("Failing"));
            Assert.That(failed["NServiceBus.TimeOfFailure"], Does.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{6} Z$"));
            Assert.That(failed["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(TimeoutException).FullName));
            Assert.That(failed["NServiceBus.ExceptionInfo.InnerExceptionType"], Is.EqualTo(typeof(IOException).FullName));
            Assert.That(failed["NServiceBus.ExceptionInfo.Message"], Is.EqualTo("too late"));
            Assert.That(failed["NServiceBus.ExceptionInfo.Source"], Is.EqualTo("Roost.Bus.Tests"));
            Assert.That(
                failed["NServiceBus.ExceptionInfo.StackTrace"],
                Does.StartWith("System.TimeoutException: too late").And.Contain("at Roost.Bus.Tests"));
            Assert.That(failed["NServiceBus.ExceptionInfo.Data.Message type"], Is.EqualTo(typeof(Try).FullName));
            Assert.That(failed["NServiceBus.ExceptionInfo.Data.Handler type"], Is.EqualTo(typeof(Fragile).FullName));
            Assert.That(failed["NServiceBus.ExceptionInfo.Data.Message ID"], Is.EqualTo(letter.Id));
            Assert.That(failed["NServiceBus.ProcessingEndpoint"], Is.EqualTo("Failing"));
            Assert.That(failed["NServiceBus.ProcessingMachine"], Is.EqualTo(Environment.MachineName));
            Assert.That(failed["$.diagnostics.hostid"], Does.Match("^[0-9a-f]{32}$"));
            Assert.That(failed["$.diagnostics.hostdisplayname"], Is.EqualTo(Environment.MachineName));
            Assert.That(failed.Headers, Does.Not.ContainKey("NServiceBus.Retries"));
            Assert.That(failed.Headers, Does.ContainKey("NServiceBus.Retries.Timestamp"));
            Assert.That(failed.Headers, Does.ContainKey("NServiceBus.DeliverAt"));
            Assert.That(failed["NServiceBus.TimeSent"], Is.EqualTo(letter.TimeSent), "when it was sent, not when it failed");
        }
    }

    /// <summary>Whoever measures lateness does so by the time its sender asked for, not by that of the last retry.</summary>
    [Test]
    public async Task Its_retries_keep_the_time_it_was_due_at()
    {
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<Fragile>();
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(1));
        }, services => services.AddSingleton(new Attempts { Failing = true }));
        const string Due = "2026-11-21 04:00:33:000000 Z";

        await workshop.Deliver("{}", typeof(Try), new() { ["NServiceBus.DeliverAt"] = Due });

        var retry = workshop.Sent.Single();
        Assert.That((retry.Headers["NServiceBus.Retries"], retry.Headers["NServiceBus.DeliverAt"]), Is.EqualTo(("1", Due)));
    }

    [Test]
    public async Task A_retry_from_the_platform_after_the_fix_succeeds_and_says_so()
    {
        var attempts = new Attempts { Failing = true };
        await using var world = await World.Create("retried");
        await world.DeclareQueue("watch");
        await world.Start("Retried", (endpoint, _) =>
        {
            endpoint.AddHandler<Fragile>();
            endpoint.AuditProcessedMessagesTo("watch");
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        }, services => services.AddSingleton(attempts));
        var letter = new Letter("{}", typeof(Try));
        await letter.SendTo(world, "Retried");
        await world.Receive("error");

        attempts.Failing = false;
        await new Letter("{}", typeof(Try))
        {
            Id = letter.Id,
            Headers = { ["ServiceControl.Retry.UniqueMessageId"] = "failure-1", ["ServiceControl.Retry.AcknowledgementQueue"] = "error" },
        }.SendTo(world, "Retried");

        var acknowledgement = await world.Receive("error");
        var audited = await world.Receive("watch");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(acknowledgement["ServiceControl.Retry.UniqueMessageId"], Is.EqualTo("failure-1"));
            Assert.That(acknowledgement["ServiceControl.Retry.Successful"], Does.Match(@" Z$"));
            Assert.That(acknowledgement["NServiceBus.ControlMessage"], Is.EqualTo("True"));
            Assert.That(acknowledgement.Body, Is.Empty);
            Assert.That(audited["ServiceControl.Retry.AcknowledgementSent"], Is.EqualTo("true"));
            Assert.That(audited.Properties.MessageId, Is.EqualTo(letter.Id));
        }
    }

    [Test]
    public async Task What_it_sent_and_wrote_before_it_failed_is_gone()
    {
        var attempts = new Attempts { Failing = true };
        await using var world = await World.Create("undone");
        await world.DeclareQueue("other");
        await world.Start("Undone", (endpoint, routing) =>
        {
            endpoint.AddHandler<SendsThenFails>();
            routing.RouteToEndpoint(typeof(Told), "other");
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(1)).Delayed(delayed => delayed.NumberOfRetries(0));
        }, services => services.AddSingleton(attempts));

        await new Letter("{}", typeof(Tell)).SendTo(world, "Undone");

        await world.Receive("error");
        var left = new List<string>();
        while (await world.Broker.Take("other") is { } message) left.Add(new Captured(message).Body);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                left, Is.EqualTo(new[] { """{"Text":"at once"}""", """{"Text":"at once"}""" }), "only what was told to leave at once");
            Assert.That(await world.Database.Value<long>("""select count(*) from "Undone_OutboxData" """), Is.Zero);
        }
    }

    public sealed record Try(string? Text = null) : ICommand;

    public sealed record Tell : ICommand;

    public sealed record Told(string Text) : ICommand;

    public sealed class Attempts
    {
        readonly List<string> seen = [];

        public volatile bool Failing;

        public string[] Seen
        {
            get { lock (seen) return [.. seen]; }
        }

        public void Add(IMessageHandlerContext context)
        {
            lock (seen) seen.Add(context.MessageHeaders.GetValueOrDefault("NServiceBus.Retries", "0"));
        }
    }

    public sealed class Fragile(Attempts attempts) : IHandleMessages<Try>
    {
        public Task Handle(Try message, IMessageHandlerContext context)
        {
            attempts.Add(context);
            if (attempts.Failing) throw new TimeoutException("too late", new IOException("the line is dead"));
            return Task.CompletedTask;
        }
    }

    public sealed class SendsThenFails : IHandleMessages<Tell>
    {
        public async Task Handle(Tell message, IMessageHandlerContext context)
        {
            await context.Send(new Told("with the rest"));
            var atOnce = new SendOptions();
            atOnce.RequireImmediateDispatch();
            await context.Send(new Told("at once"), atOnce);
            throw new InvalidOperationException("after sending");
        }
    }
}
