using System.Diagnostics.Metrics;
using System.Text.Json;
using NServiceBus.CustomChecks;
using Roost.Bus.Platform;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>Formats that ServiceControl reads; nothing of it is sent unless it was asked for.</summary>
public sealed class When_the_platform_is_told
{
    [Test]
    public async Task Heartbeats_and_checks_arrive_in_its_queue()
    {
        await using var world = await World.Create("platform");
        await world.DeclareQueue("Particular.ServiceControl");
        await world.Start("Reporting", (endpoint, _) =>
        {
            endpoint.SendHeartbeatTo("Particular.ServiceControl", TimeSpan.FromMilliseconds(300));
            endpoint.ReportCustomChecksTo("Particular.ServiceControl");
            endpoint.AddCustomCheck<NeverWell>();
        });

        var reports = new Dictionary<string, Captured>();
        while (reports.Count < 3)
        {
            var report = await world.Receive("Particular.ServiceControl");
            reports[report["NServiceBus.EnclosedMessageTypes"]] = report;
        }

        var start = reports["ServiceControl.Plugin.Heartbeat.Messages.RegisterEndpointStartup"];
        var beat = reports["ServiceControl.Plugin.Heartbeat.Messages.EndpointHeartbeat"];
        var check = reports["ServiceControl.Plugin.CustomChecks.Messages.ReportCustomCheckResult"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Members(start), Is.EqualTo(new[] { "HostId", "Endpoint", "StartedAt", "HostProperties", "HostDisplayName", "Host" }));
            Assert.That(Members(beat), Is.EqualTo(new[] { "ExecutedAt", "EndpointName", "HostId", "Host" }));
            Assert.That(beat.Properties.Expiration, Is.EqualTo("1200"), "four intervals");
            Assert.That(beat.Headers, Does.Not.ContainKey("NServiceBus.MessageId"));
            Assert.That(Guid.TryParse(beat.Properties.MessageId, out _), Is.True);
            Assert.That((beat["NServiceBus.ContentType"], beat["NServiceBus.MessageIntent"], beat["NServiceBus.ReplyToAddress"]),
                Is.EqualTo(("application/json", "Send", "Reporting")));
            Assert.That(Members(check), Is.EqualTo(new[]
            {
                "HostId", "CustomCheckId", "Category", "HasFailed", "FailureReason", "ReportedAt", "EndpointName", "Host",
            }));
            Assert.That(JsonDocument.Parse(check.Body).RootElement.GetProperty("FailureReason").GetString(), Is.EqualTo("it hurts"));
        }
    }

    /// <summary>They are only measured and shown; a sender who writes them otherwise is no reason to refuse the message.</summary>
    [TestCase("NServiceBus.TimeSent")]
    [TestCase("NServiceBus.DeliverAt")]
    public async Task A_time_in_another_format_fails_no_message(string header)
    {
        await using var workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.AddSaga<Watched>();
            endpoint.UsePersistence<NoStorage>();
            endpoint.AuditSagaStateChanges("audit");
            routing.RouteToEndpoint(typeof(Next), "there");
        });

        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => listening.EnableMeasurementEvents(instrument) };
        listener.Start();

        var settlement = await workshop.Deliver("""{"Key":"k"}""", typeof(Begin), new() { [header] = "2026-11-21T04:00:00Z" });

        Assert.That(settlement, Is.EqualTo(Roost.Bus.Transport.Settlement.Done));
    }

    [Test]
    public async Task A_change_of_a_saga_is_reported_with_its_cause_and_its_consequences()
    {
        await using var workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.AddSaga<Watched>();
            endpoint.UsePersistence<NoStorage>();
            endpoint.AuditSagaStateChanges("audit");
            endpoint.AuditProcessedMessagesTo("audit");
            routing.RouteToEndpoint(typeof(Next), "there");
        });

        await workshop.Deliver(
            """{"Key":"k"}""", typeof(Begin), new() { ["NServiceBus.MessageId"] = "cause", ["NServiceBus.MessageIntent"] = "Send" });

        const string SagaUpdated = "ServiceControl.EndpointPlugin.Messages.SagaState.SagaUpdatedMessage";
        var report = workshop.Sent.Single(sent => sent.Headers["NServiceBus.EnclosedMessageTypes"] == SagaUpdated);
        var copy = workshop.Sent.Single(sent => sent.MessageId == "cause");
        var json = JsonDocument.Parse(report.Body).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("Initiator").GetProperty("InitiatingMessageId").GetString(), Is.EqualTo("cause"));
            Assert.That(json.GetProperty("IsNew").GetBoolean(), Is.True);
            Assert.That(json.GetProperty("ResultingMessages")[0].GetProperty("MessageType").GetString(), Is.EqualTo(typeof(Next).FullName));
            Assert.That(
                JsonDocument.Parse(json.GetProperty("SagaState").GetString()!).RootElement.GetProperty("Key").GetString(), Is.EqualTo("k"));
            Assert.That(copy.Headers["NServiceBus.InvokedSagas"], Does.StartWith(typeof(Watched).FullName + ":"));
            Assert.That(copy.Headers["ServiceControl.SagaStateChange"], Does.EndWith(":New"));
        }
    }

    [Test]
    public void Durations_are_written_in_the_binary_format_of_the_monitoring()
    {
        var at = new DateTime(2026, 11, 21, 4, 0, 0, DateTimeKind.Utc);

        var bytes = TaggedLongValues.Write([new Occurrence(at.AddTicks(7), 250, "A"), new Occurrence(at, 3, "Bé")]);

        using var reader = new BinaryReader(new MemoryStream(bytes));
        object[] read =
        [
            reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32(),
            reader.ReadInt32(), System.Text.Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())),
            reader.ReadInt32(), System.Text.Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())),
            reader.ReadInt32(),
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64(),
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64(),
        ];
        Assert.That(read, Is.EqualTo(new object[] { 1L, at.Ticks, 2, 0, "A", 1, "Bé", 2, 7, 0, 250L, 0, 1, 3L }));
    }

    static string[] Members(Captured report) =>
        [.. JsonDocument.Parse(report.Body).RootElement.EnumerateObject().Select(member => member.Name)];

    public sealed class NeverWell() : CustomCheck("pain", "health")
    {
        public override Task<CheckResult> PerformCheck(CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("it hurts");
    }

    public sealed record Begin(string Key) : ICommand;

    public sealed record Next : ICommand;

    public sealed class Watched : Saga<Watched.State>, IAmStartedByMessages<Begin>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(state => state.Key).ToMessage<Begin>(message => message.Key);

        public Task Handle(Begin message, IMessageHandlerContext context) => context.Send(new Next());

        public sealed class State : ContainSagaData
        {
            public string Key { get; set; } = "";
        }
    }
}
