using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Roost.Bus.RabbitMQ.Checking;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

/// <summary>P-70. The broker of the tests is older than the one that drops messages by itself, so its management API is played here.</summary>
public sealed class When_the_broker_limits_deliveries
{
    static readonly Version Broker3 = new(3, 13, 7);
    static readonly Version Broker4 = new(4, 1, 0);
    const string NothingSet = """{"type":"quorum","arguments":{"x-queue-type":"quorum"},"policy":null,"effective_policy_definition":[]}""";

    [Test]
    public async Task A_new_broker_is_told_to_allow_enough()
    {
        await using var api = new ManagementApiPlayed(NothingSet);

        await MakeSure(api, Broker4);

        Assert.That(api.Written, Is.EqualTo(new[]
        {
            """PUT /api/policies/my%2Fhost/nsb.My.Desk.delivery-limit {"pattern":"^My\\.Desk$","definition":{"delivery-limit":100000},"priority":0,"apply-to":"quorum_queues"}""",
        }));
    }

    [Test]
    public async Task A_broker_that_does_not_know_yet_is_asked_again()
    {
        await using var api = new ManagementApiPlayed(
            """{"type":"quorum","arguments":{},"effective_policy_definition":null}""", """{"type":"quorum","arguments":{},"policy":"ops","effective_policy_definition":{"delivery-limit":20}}""");

        Assert.That(() => MakeSure(api, Broker4), Throws.InvalidOperationException.With.Message.Contains("ops"));
    }

    [Test]
    public async Task Enough_is_left_alone(
        [Values("""{"type":"quorum","arguments":{},"policy":"ops","effective_policy_definition":{"delivery-limit":100000}}""",
            """{"type":"quorum","arguments":{},"policy":"ops","effective_policy_definition":{"delivery-limit":-1}}""",
            """{"type":"classic","arguments":{},"policy":"","effective_policy_definition":{}}""")] string queue)
    {
        await using var api = new ManagementApiPlayed(queue);

        await MakeSure(api, Broker4);

        Assert.That(api.Written, Is.Empty);
    }

    [TestCase("""{"type":"quorum","arguments":{"x-delivery-limit":5},"policy":"","effective_policy_definition":{}}""", 3)]
    [TestCase("""{"type":"quorum","arguments":{"x-delivery-limit":5},"policy":"","effective_policy_definition":{}}""", 4)]
    [TestCase("""{"type":"quorum","arguments":{},"policy":"ops","effective_policy_definition":{"delivery-limit":20}}""", 3)]
    [TestCase("""{"type":"quorum","arguments":{},"policy":"ops","effective_policy_definition":{"delivery-limit":20}}""", 4)]
    [TestCase("""{"type":"quorum","arguments":{},"policy":"ops","effective_policy_definition":{"max-length":20}}""", 4)]
    public async Task Too_few_stop_the_start(string queue, int majorVersion)
    {
        await using var api = new ManagementApiPlayed(queue);

        Assert.That(() => MakeSure(api, new Version(majorVersion, 1)), Throws.InvalidOperationException.With.Message.Contains("My.Desk"));
    }

    [Test]
    public async Task An_old_broker_without_a_limit_is_fine()
    {
        await using var api = new ManagementApiPlayed(NothingSet);

        await MakeSure(api, Broker3);

        Assert.That(api.Written, Is.Empty);
    }

    [Test]
    public async Task When_nobody_answers_for_an_old_broker_the_endpoint_starts_with_a_warning()
    {
        var log = new Warnings();

        await DeliveryLimit.MakeSure(Settings(Nobody), "My.Desk", Broker3, log, default);

        Assert.That(log.Texts.Single(), Does.Contain("My.Desk"));
    }

    [Test]
    public void When_nobody_answers_for_a_new_broker_the_endpoint_does_not_start() => Assert.That(
        () => DeliveryLimit.MakeSure(Settings(Nobody), "My.Desk", Broker4, NullLogger.Instance, default),
        Throws.InvalidOperationException.With.Message.Contains("My.Desk").And.Message.Contains("20 deliveries").And.Message.Contains("ValidateDeliveryLimits"));

    [Test]
    public Task When_nobody_answers_whoever_knows_better_may_start_all_the_same() =>
        DeliveryLimit.MakeSure(Settings(Nobody) with { ValidateDeliveryLimits = false }, "My.Desk", Broker4, NullLogger.Instance, default);

    [Test]
    public async Task Whoever_knows_better_may_switch_it_off()
    {
        await using var api = new ManagementApiPlayed("""{"type":"quorum","arguments":{"x-delivery-limit":5}}""");

        await DeliveryLimit.MakeSure(Settings(api.Url) with { ValidateDeliveryLimits = false }, "My.Desk", Broker4, NullLogger.Instance, default);
    }

    static string Nobody => $"http://127.0.0.1:{Ports.Free()}";

    static Task MakeSure(ManagementApiPlayed api, Version broker) =>
        DeliveryLimit.MakeSure(Settings(api.Url), "My.Desk", broker, NullLogger.Instance, default);

    static BrokerSettings Settings(string url) => new()
    {
        EndpointName = "My.Desk",
        Address = new BrokerAddress("rabbit", 5672, "my/host", "u", "p", false),
        Management = new ManagementApiConfiguration(url, "user", "word"),
    };

    sealed class Warnings : ILogger
    {
        public List<string> Texts { get; } = [];
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> text) => Texts.Add(text(state, exception));
    }

    sealed class ManagementApiPlayed : IAsyncDisposable
    {
        readonly HttpListener listener = new();
        readonly Task answering;

        /// <param name="descriptions">Of the queue, one after the other; the last one stays.</param>
        public ManagementApiPlayed(params string[] descriptions)
        {
            Url = $"http://127.0.0.1:{Ports.Free()}/";
            listener.Prefixes.Add(Url);
            listener.Start();
            answering = Answer(new Queue<string>(descriptions));
        }

        public string Url { get; }
        public List<string> Written { get; } = [];

        async Task Answer(Queue<string> descriptions)
        {
            while (listener.IsListening)
            {
                HttpListenerContext call;
                try
                {
                    call = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                var authorized = call.Request.Headers["Authorization"] == "Basic " + Convert.ToBase64String("user:word"u8);
                call.Response.StatusCode = authorized ? 200 : 401;
                if (call.Request.HttpMethod == "GET")
                {
                    call.Response.ContentType = "application/json";
                    await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(descriptions.Count > 1 ? descriptions.Dequeue() : descriptions.Peek()));
                }
                else
                {
                    Written.Add($"{call.Request.HttpMethod} {call.Request.RawUrl} {await new StreamReader(call.Request.InputStream).ReadToEndAsync()}");
                }
                call.Response.Close();
            }
        }

        public async ValueTask DisposeAsync()
        {
            listener.Close();
            await answering;
        }
    }
}
