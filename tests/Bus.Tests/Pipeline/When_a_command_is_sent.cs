using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_a_command_is_sent
{
    public sealed record DoWork(string Text) : ICommand;

    [Test]
    public async Task It_carries_every_header_of_the_official_runtime()
    {
        await using var world = await World.Create("command");
        await world.DeclareQueue("Facts.Worker");
        var sender = await world.Start("Facts.Sender", (_, routing) => routing.RouteToEndpoint(typeof(DoWork), "Facts.Worker"));

        await sender.Services.GetRequiredService<IMessageSession>().Send(new DoWork("now"));

        var message = await world.Receive("Facts.Worker");
        var id = message.Properties.MessageId!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.Body, Is.EqualTo("""{"Text":"now"}"""));
            Assert.That(message.Headers.Keys, Is.EquivalentTo(new[]
            {
                "NServiceBus.MessageId", "NServiceBus.OpenTelemetry.StartNewTrace", "NServiceBus.MessageIntent", "NServiceBus.ConversationId",
                "NServiceBus.CorrelationId", "NServiceBus.ReplyToAddress", "NServiceBus.OriginatingMachine", "NServiceBus.OriginatingEndpoint",
                "$.diagnostics.originating.hostid", "NServiceBus.ContentType", "NServiceBus.EnclosedMessageTypes", "NServiceBus.Version",
                "NServiceBus.TimeSent",
            }));
            Assert.That(message["NServiceBus.MessageId"], Is.EqualTo(id));
            Assert.That(message["NServiceBus.CorrelationId"], Is.EqualTo(id));
            Assert.That(message["NServiceBus.MessageIntent"], Is.EqualTo("Send"));
            Assert.That(message["NServiceBus.OpenTelemetry.StartNewTrace"], Is.EqualTo("False"));
            Assert.That(message["NServiceBus.ReplyToAddress"], Is.EqualTo("Facts.Sender"));
            Assert.That(message["NServiceBus.OriginatingEndpoint"], Is.EqualTo("Facts.Sender"));
            Assert.That(message["NServiceBus.OriginatingMachine"], Is.EqualTo(Environment.MachineName));
            Assert.That(message["$.diagnostics.originating.hostid"], Does.Match("^[0-9a-f]{32}$"));
            Assert.That(message["NServiceBus.ContentType"], Is.EqualTo("application/json"));
            Assert.That(message["NServiceBus.EnclosedMessageTypes"], Is.EqualTo(typeof(DoWork).AssemblyQualifiedName));
            Assert.That(message["NServiceBus.Version"], Is.EqualTo("10.2.8"));
            Assert.That(message["NServiceBus.TimeSent"], Does.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{6} Z$"));
            Assert.That(message.Properties.Type, Is.EqualTo(typeof(DoWork).FullName));
            Assert.That(message.Properties.CorrelationId, Is.EqualTo(id));
            Assert.That(message.Properties.ReplyTo, Is.EqualTo("Facts.Sender"));
        }
    }
}
