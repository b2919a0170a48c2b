using System.Text;
using RabbitMQ.Client;

namespace Roost.Endpoints.Tests.Web;

public sealed class When_a_request_sends_a_message
{
    const string Calendar = "Roost.Calendar";
    static TestWeb Web => TheWeb.Running;

    /// <summary>The calendar does not run; what it would get is read from its queue.</summary>
    [Test]
    public async Task The_message_carries_the_id_of_the_request()
    {
        await using (var connection = await Web.Vhost.Connect())
        await using (var channel = await connection.CreateChannelAsync())
        {
            var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
            await channel.QueueDeclareAsync(Calendar, durable: true, exclusive: false, autoDelete: false, quorum);
            await channel.ExchangeDeclareAsync(Calendar, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(Calendar, Calendar, "");
        }
        var host = await Web.Somebody();
        var listing = await host.Post("listings", Some.Home());

        var activated = await host.Post($"listings/{listing["listingId"].GetGuid()}/activate", null, ("X-Request-Id", "request.of.this.test"), ("Prefer", "wait=1"));

        Assert.That(activated.Status, Is.EqualTo(202), activated.Text);
        var requests = new List<string>();
        await Eventually.Is(async () =>
        {
            if (await Web.Vhost.Take(Calendar) is { } message && message.BasicProperties.Headers?.TryGetValue("Roost.RequestId", out var id) == true)
                requests.Add(Encoding.UTF8.GetString((byte[])id!));
            return requests.Contains("request.of.this.test");
        }, describe: () => string.Join(", ", requests));
    }
}
