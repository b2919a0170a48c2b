using System.Text;
using RabbitMQ.Client;

namespace Roost.Bus.Tests.Running;

/// <summary>A message written by hand, with the headers another endpoint would have given it.</summary>
sealed class Letter(string body, Type? messageType)
{
    public string Id { get; init; } = Guid.NewGuid().ToString();
    public string Conversation { get; } = Guid.NewGuid().ToString();
    public string? ReplyTo { get; init; }
    public string TimeSent { get; } = DateTimeOffsetHelper.ToWireFormattedString(TimeProvider.System.GetUtcNow());
    public Dictionary<string, string> Headers { get; } = [];

    public Task SendTo(World world, string queue) => SendTo(world, queue, times: 1);

    public async Task SendTo(World world, string queue, int times)
    {
        await using var connection = await world.Broker.Connect();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var properties = new BasicProperties { MessageId = Id, Persistent = true, ContentType = "application/json", Headers = AllHeaders() };
        if (ReplyTo is not null) properties.ReplyTo = ReplyTo;
        await Task.WhenAll(Enumerable.Range(0, times).Select(_ =>
            channel.BasicPublishAsync(queue, "", mandatory: true, properties, Encoding.UTF8.GetBytes(body)).AsTask()));
    }

    Dictionary<string, object?> AllHeaders()
    {
        var all = new Dictionary<string, object?>
        {
            ["NServiceBus.MessageId"] = Id,
            ["NServiceBus.ConversationId"] = Conversation,
            ["NServiceBus.CorrelationId"] = Id,
            ["NServiceBus.MessageIntent"] = "Send",
            ["NServiceBus.TimeSent"] = TimeSent,
        };
        if (messageType is not null) all["NServiceBus.EnclosedMessageTypes"] = messageType.AssemblyQualifiedName;
        foreach (var (key, value) in Headers) all[key] = value;
        return all;
    }
}
