using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

[NonParallelizable] // listeners hear the whole process
public sealed class When_somebody_watches
{
    [Test]
    public async Task A_command_continues_its_senders_trace_and_an_event_links_to_it()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        await using var workshop = await Open();
        using (var request = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            await workshop.Session.SendLocal(new Order());
            await workshop.Session.Publish(new Happened());
        }
        var (command, happening) = (workshop.Sent[0], workshop.Sent[1]);

        await workshop.Deliver("{}", typeof(Order), command.Headers);
        await workshop.Deliver("{}", typeof(Happened), happening.Headers);

        var sending = spans.Single(span => span.OperationName == "NServiceBus.Diagnostics.SendMessage");
        var publishing = spans.Single(span => span.OperationName == "NServiceBus.Diagnostics.PublishMessage");
        var received = spans.Where(span => span.OperationName == "NServiceBus.Diagnostics.ReceiveMessage").ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(command.Headers["traceparent"], Is.EqualTo(sending.Id));
            Assert.That(received[0].ParentSpanId, Is.EqualTo(sending.SpanId));
            Assert.That(received[1].TraceId, Is.Not.EqualTo(publishing.TraceId));
            Assert.That(received[1].Links.Single().Context.SpanId, Is.EqualTo(publishing.SpanId));
            Assert.That(received[0].GetTagItem("nservicebus.message_id"), Is.EqualTo(command.MessageId));
            Assert.That(received[0].Kind, Is.EqualTo(ActivityKind.Consumer));
            Assert.That(spans.Count(span => span.OperationName == "NServiceBus.Diagnostics.InvokeHandler"), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task A_failure_is_seen_on_its_span()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        await using var workshop = await Open();

        await workshop.Deliver("""{"Fails":true}""", typeof(Order));

        Assert.That(spans.Select(span => (span.DisplayName, span.Status)), Is.EqualTo(new[]
        {
            (nameof(Handles), ActivityStatusCode.Error), ("process message", ActivityStatusCode.Error),
        }));
    }

    [Test]
    public async Task Messages_are_counted_and_timed_under_the_official_names()
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "NServiceBus.Core.Pipeline.Incoming") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => seen.AddOrUpdate(instrument.Name, 1, (_, sum) => sum + 1));
        listener.Start();
        await using var workshop = await Open();

        var sentBefore = DateTimeOffsetHelper.ToWireFormattedString(TimeProvider.System.GetUtcNow());
        await workshop.Deliver("{}", typeof(Order), new() { ["NServiceBus.TimeSent"] = sentBefore });
        await workshop.Deliver("""{"Fails":true}""", typeof(Order));

        Assert.That(seen, Is.EquivalentTo(new Dictionary<string, double>
        {
            ["nservicebus.messaging.fetches"] = 2, ["nservicebus.messaging.successes"] = 1, ["nservicebus.messaging.failures"] = 1,
            ["nservicebus.messaging.handler_time"] = 2, ["nservicebus.messaging.processing_time"] = 1,
            ["nservicebus.messaging.critical_time"] = 1,
            ["nservicebus.recoverability.immediate"] = 1,
        }));
    }

    static ActivityListener Listen(ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "NServiceBus.Core",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    static Task<Workshop> Open() => Workshop.Open((endpoint, _) => endpoint.AddHandler<Handles>());

    public sealed record Order(bool Fails = false) : ICommand;

    public sealed record Happened : IEvent;

    public sealed class Handles : IHandleMessages<Order>, IHandleMessages<Happened>
    {
        public Task Handle(Order message, IMessageHandlerContext context) =>
            message.Fails ? throw new InvalidOperationException("told to") : Task.CompletedTask;

        public Task Handle(Happened message, IMessageHandlerContext context) => Task.CompletedTask;
    }
}
