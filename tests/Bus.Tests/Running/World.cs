using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Roost.Servers;

namespace Roost.Bus.Tests.Running;

using Rabbit = Roost.Servers.Rabbit; // here Rabbit alone would be the transport's namespace

/// <summary>A broker and a database of one's own, with the endpoints that run on them.</summary>
sealed class World : IAsyncDisposable
{
    readonly List<IHost> running = [];

    World(Rabbit.Vhost broker, Postgres.Database database) => (Broker, Database) = (broker, database);

    public Rabbit.Vhost Broker { get; }
    public Postgres.Database Database { get; }
    public IReadOnlyList<IHost> Running => running;

    /// <summary>On servers that the test has chosen; from now on they are this world's to take away.</summary>
    public static World On(Rabbit.Vhost broker, Postgres.Database database) => new(broker, database);

    public static async Task<World> Create(string name) => new(await Rabbit.NewVhost(name), await Postgres.NewDatabase(name));

    /// <summary>Starts an endpoint with outbox and SQL persistence; what differs is said by <paramref name="configure"/>.</summary>
    public Task<IHost> Start(
        string endpoint, Action<EndpointConfiguration, RoutingSettings> configure, Action<IServiceCollection>? services = null) =>
        Start(Configure(endpoint, configure), services);

    public async Task<IHost> Start(EndpointConfiguration endpoint, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new TestLog());
        services?.Invoke(builder.Services);
        builder.Services.AddNServiceBusEndpoint(endpoint);
        var host = builder.Build();
        await host.StartAsync();
        running.Add(host);
        return host;
    }

    public EndpointConfiguration Configure(string endpoint, Action<EndpointConfiguration, RoutingSettings> configure)
    {
        var configuration = new EndpointConfiguration(endpoint);
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), Broker.Amqp)
        {
            DisabledBrokerRequirementChecks = BrokerRequirementChecks.Version310OrNewer | BrokerRequirementChecks.StreamsEnabled,
            ValidateDeliveryLimits = false,
        };
        var routing = configuration.UseTransport(transport);
        configuration.UseSerialization<SystemJsonSerializer>();
        configuration.AssemblyScanner().Disable = true;
        configuration.SendFailedMessagesTo("error");
        configuration.LimitMessageProcessingConcurrencyTo(8);

        configuration.StoreIn(Database);

        configure(configuration, routing);
        return configuration;
    }

    /// <summary>Waits for a message in a queue that no endpoint reads.</summary>
    public async Task<Captured> Receive(string queue, TimeSpan? within = null) =>
        new((await Eventually.Sees(() => Broker.Take(queue), taken => taken is not null, within))!);

    /// <summary>A queue with an exchange of its name, as an endpoint would have it.</summary>
    public async Task DeclareQueue(string queue)
    {
        await using var connection = await Broker.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true);
        await channel.QueueBindAsync(queue, queue, "");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in running)
        {
            await host.StopAsync();
            host.Dispose();
        }
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>A message as it lay in a queue.</summary>
sealed class Captured(BasicGetResult message)
{
    public IReadOnlyBasicProperties Properties => message.BasicProperties;
    public string Body => Encoding.UTF8.GetString(message.Body.Span);
    public string this[string header] => Headers.TryGetValue(header, out var value) ? value : $"(no {header})";

    public Dictionary<string, string> Headers { get; } = message.BasicProperties.Headers!
        .Where(header => header.Value is byte[] && header.Key != "x-dotnet-pub-seq-no")
        .ToDictionary(header => header.Key, header => Encoding.UTF8.GetString((byte[])header.Value!));
}

/// <summary>What the endpoints log shows up with the test that failed.</summary>
sealed class TestLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) TestContext.Progress.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
