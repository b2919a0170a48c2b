using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Roost.Endpoints.Tests;

/// <summary>Somebody outside of the endpoint under test: sends it commands and hears what it publishes.</summary>
public sealed class Outsider : IAsyncDisposable
{
    readonly IHost host;
    readonly string endpoint;

    Outsider(IHost host, string endpoint) => (this.host, this.endpoint) = (host, endpoint);

    public static async Task<Outsider> Listening<TEars>(Rabbit.Vhost vhost, string endpoint) where TEars : class, IHandleMessages
    {
        var configuration = new EndpointConfiguration("Roost.Outsider");
        configuration.AssemblyScanner().Disable = true;
        configuration.UseTransport(new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), vhost.Amqp)
        {
            ManagementApiConfiguration = Management(),
        });
        configuration.UseSerialization<SystemJsonSerializer>();
        configuration.SendFailedMessagesTo("error");
        configuration.EnableInstallers();
        configuration.AddHandler<TEars>();

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Heard>();
        builder.Services.AddNServiceBusEndpoint(configuration);
        var host = builder.Build();
        await host.StartAsync();
        return new Outsider(host, endpoint);
    }

    static ManagementApiConfiguration Management()
    {
        var uri = new Uri(Given.Require("ROOST__RABBITMQMANAGEMENT"));
        var login = uri.UserInfo.Split(':');
        return new ManagementApiConfiguration(uri.GetLeftPart(UriPartial.Authority).Replace(uri.UserInfo + "@", ""), login[0], login[1]);
    }

    public Task Send(object command) => host.Services.GetRequiredService<IMessageSession>().Send(endpoint, command);

    public IReadOnlyList<object> Heard => [.. host.Services.GetRequiredService<Heard>()];

    /// <summary>Waits for an event and returns it.</summary>
    public Task<T> Hears<T>(Func<T, bool>? right = null, TimeSpan? within = null) where T : class => Eventually.Sees(
        () => Task.FromResult(Heard.OfType<T>().FirstOrDefault(right ?? (_ => true))!), found => found is not null, within, $"the outsider hears {typeof(T).Name}");

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}

public sealed class Heard : ConcurrentQueue<object>;
