using Roost.Bus.RabbitMQ.Connecting;

namespace Roost.Bus.Tests.Transport;

public sealed class When_a_connection_string_is_read
{
    [TestCase("host=rabbit", "rabbit", 5672, "/", "guest", "guest", false)]
    [TestCase("host=rabbit;virtualHost=/;userName=u;password=p", "rabbit", 5672, "/", "u", "p", false)]
    [TestCase("HOST=rabbit;VirtualHost=shop;USERNAME=u;Password=\"p;q\"", "rabbit", 5672, "shop", "u", "p;q", false)]
    [TestCase("host=rabbit:5699", "rabbit", 5699, "/", "guest", "guest", false)]
    [TestCase("host=rabbit;port=5699;unknown=ignored", "rabbit", 5699, "/", "guest", "guest", false)]
    [TestCase("host=rabbit;useTls=true", "rabbit", 5671, "/", "guest", "guest", true)]
    [TestCase("amqp://rabbit", "rabbit", 5672, "/", "guest", "guest", false)]
    [TestCase("amqp://u:p%40ss@rabbit:5699/%2f", "rabbit", 5699, "/", "u", "p@ss", false)]
    [TestCase("amqp://u:p@rabbit/shop", "rabbit", 5672, "shop", "u", "p", false)]
    [TestCase("amqps://u:p@rabbit/", "rabbit", 5671, "/", "u", "p", true)]
    public void It_says_where_and_as_whom(string text, string host, int port, string vhost, string user, string password, bool tls) =>
        Assert.That(BrokerAddress.Parse(text), Is.EqualTo(new BrokerAddress(host, port, vhost, user, password, tls)));

    [TestCase("virtualHost=shop", "'host' is missing")]
    [TestCase("host=a,b", "AddClusterNode")]
    [TestCase("host=rabbit;requestedHeartbeat=5", "HeartbeatInterval")]
    [TestCase("host=rabbit;prefetchcount=5", "PrefetchCountCalculation")]
    [TestCase("host=rabbit;retryDelay=5;certPath=x", "NetworkRecoveryInterval")]
    [TestCase("host=rabbit;dequeuetimeout=1", "dequeuetimeout")]
    [TestCase("host=rabbit;useTls=maybe", "useTls")]
    [TestCase("host=rabbit;port=abc", "abc")]
    public void What_cannot_be_honoured_is_refused_with_what_to_do_instead(string text, string hint) =>
        Assert.That(() => BrokerAddress.Parse(text), Throws.TypeOf<NotSupportedException>().With.Message.Contains(hint));

    [Test]
    public void Its_password_is_not_shown() =>
        Assert.That(BrokerAddress.Parse("amqp://u:secret@rabbit:5699/shop").ToString(), Is.EqualTo("amqp://u@rabbit:5699/shop"));
}
