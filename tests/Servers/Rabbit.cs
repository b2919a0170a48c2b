using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Roost.Servers;

/// <summary>A virtual host of one's own on the broker that ROOST__RABBITMQ names.</summary>
public static class Rabbit
{
    public static Uri Broker => new(Given.Require("ROOST__RABBITMQ"));

    /// <summary>As whom everything here signs in.</summary>
    public static string User => UserOf(Broker);

    static string UserOf(Uri broker) => broker.UserInfo.Split(':')[0] is { Length: > 0 } given ? Uri.UnescapeDataString(given) : "guest";

    public static Task<Vhost> NewVhost(string name = "test") =>
        NewVhost(Broker, new Uri(Given.Require("ROOST__RABBITMQMANAGEMENT")), name);

    internal static async Task<Vhost> NewVhost(Uri broker, Uri managementApi, string name)
    {
        var management = Management(managementApi);
        var vhost = Given.UniqueName(name);
        await Put(management, $"api/vhosts/{vhost}", new { });
        await Put(management, $"api/permissions/{vhost}/{Uri.EscapeDataString(UserOf(broker))}", new { configure = ".*", write = ".*", read = ".*" });
        return new Vhost(vhost, new UriBuilder(broker) { Path = "/" + vhost }.Uri, management);
    }

    /// <summary>The credentials in the URI go into a header: HttpClient would ignore them.</summary>
    public static HttpClient Management(Uri uri)
    {
        var credentials = Uri.UnescapeDataString(uri.UserInfo is { Length: > 0 } given ? given : "guest:guest");
        var client = new HttpClient { BaseAddress = new UriBuilder(uri) { UserName = "", Password = "" }.Uri };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return client;
    }

    static async Task Put(HttpClient management, string path, object body)
    {
        using var answer = await management.PutAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
    }

    public sealed class Vhost(string name, Uri amqp, HttpClient management) : IAsyncDisposable
    {
        public string Name => name;

        /// <summary>What an endpoint gets as ROOST__RABBITMQ.</summary>
        public string Amqp => amqp.ToString();

        /// <summary>The same virtual host at another address: behind a proxy that can be cut.</summary>
        public string Through(string host, int port) => new UriBuilder(amqp) { Host = host, Port = port }.Uri.ToString();

        public Task<IConnection> Connect() => new ConnectionFactory { Uri = amqp }.CreateConnectionAsync();

        /// <summary>The management API's description; null when there is no such queue.</summary>
        public Task<JsonElement?> Queue(string queue) => Get($"api/queues/{name}/{Uri.EscapeDataString(queue)}");

        public Task<JsonElement?> Exchange(string exchange) => Get($"api/exchanges/{name}/{Uri.EscapeDataString(exchange)}");

        public async Task<List<string>> Queues() => Names(await Get($"api/queues/{name}"));

        /// <summary>Queues with something in them, for whoever has to find out where it got stuck.</summary>
        public async Task<List<string>> Backlogs() => [.. (await Get($"api/queues/{name}") ?? default).EnumerateArray()
            .Where(queue => queue.TryGetProperty("messages", out var messages) && messages.GetInt64() > 0)
            .Select(queue => $"{Text(queue, "name")}: {queue.GetProperty("messages_ready")} ready, {queue.GetProperty("messages_unacknowledged")} being handled, {queue.GetProperty("consumers")} consumers")];

        public async Task<List<string>> Exchanges() => Names(await Get($"api/exchanges/{name}"));

        /// <summary>Every binding but the ones the broker makes by itself to its nameless exchange.</summary>
        public async Task<List<Binding>> Bindings()
        {
            var all = await Get($"api/bindings/{name}") ?? throw new InvalidOperationException($"vhost {name} is gone");
            return [.. all.EnumerateArray()
                .Select(b => new Binding(Text(b, "source"), Text(b, "destination"), Text(b, "destination_type"), Text(b, "routing_key")))
                .Where(b => b.Source != "")];
        }

        /// <summary>Messages ready in the queue now. Asked over AMQP: the management API's figures are seconds old.</summary>
        public async Task<uint> Depth(string queue)
        {
            await using var connection = await Connect();
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
            }
            catch (OperationInterruptedException) { return 0; }
        }

        /// <summary>Takes the next message out of the queue; null when it is empty.</summary>
        public async Task<BasicGetResult?> Take(string queue)
        {
            await using var connection = await Connect();
            await using var channel = await connection.CreateChannelAsync();
            return await channel.BasicGetAsync(queue, autoAck: true);
        }

        public async Task<JsonElement?> Get(string path)
        {
            using var answer = await management.GetAsync(path);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        /// <summary>
        /// Closes the connections into this virtual host from the broker's side. The management API lists a connection only some
        /// seconds after it was made: say how many there must be.
        /// </summary>
        public async Task DropConnections(int atLeast = 1)
        {
            var dropped = new HashSet<string>();
            await Eventually.Is(async () =>
            {
                foreach (var connection in Names(await Get($"api/vhosts/{name}/connections")))
                {
                    if (dropped.Contains(connection)) continue;
                    using var answer = await management.DeleteAsync($"api/connections/{Uri.EscapeDataString(connection)}");
                    if (answer.IsSuccessStatusCode) dropped.Add(connection);
                }
                return dropped.Count >= atLeast;
            }, describe: () => $"{dropped.Count} were closed");
        }

        public async ValueTask DisposeAsync()
        {
            using var _ = await management.DeleteAsync($"api/vhosts/{name}");
            management.Dispose();
        }

        static List<string> Names(JsonElement? list) => [.. list!.Value.EnumerateArray().Select(e => Text(e, "name"))];
        static string Text(JsonElement element, string property) => element.GetProperty(property).GetString() ?? "";
    }

    public sealed record Binding(string Source, string Destination, string DestinationType, string RoutingKey);
}
