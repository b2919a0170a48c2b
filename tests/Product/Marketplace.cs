using System.Collections.Concurrent;

namespace Roost.Product;

/// <summary>
/// The whole product as processes of its own, on a database, a virtual host and a Stripe of its own, spoken to over HTTP. Redis and the search engine are off unless
/// somebody asks for them: nothing that is asserted here may need them.
/// </summary>
public sealed class Marketplace : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Endpoints = ["Web", "Reservation", "Calendar", "Payment"];
    static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(150);

    readonly ConcurrentDictionary<string, ChildProcess> processes = new();
    readonly Dictionary<string, Uri> addresses = Endpoints.ToDictionary(endpoint => endpoint, _ => new Uri($"http://127.0.0.1:{Ports.Free()}/"));

    readonly string? redis;

    Marketplace(Postgres.Database database, Rabbit.Vhost vhost, StripeServer stripe, string? redis)
    {
        (Database, Vhost, Stripe, this.redis) = (database, vhost, stripe, redis);
        // Sixteen people who sign up at once cost a busy machine more than half a minute of hashing.
        Web = new HttpClient { BaseAddress = new Uri(addresses["Web"], "api/v1/"), Timeout = TimeSpan.FromSeconds(90) };
    }

    public Postgres.Database Database { get; }
    public Rabbit.Vhost Vhost { get; }
    public StripeServer Stripe { get; }

    /// <summary>As nobody in particular.</summary>
    public HttpClient Web { get; }

    /// <param name="redis">host:port, or null: off.</param>
    public static async Task<Marketplace> Open(string name, string? redis = null)
    {
        var marketplace = new Marketplace(await Postgres.NewDatabase(name), await Rabbit.NewVhost(name), await StripeServer.Start(), redis);
        try
        {
            await Task.WhenAll(Endpoints.Select(marketplace.Start));
            return marketplace;
        }
        catch
        {
            await marketplace.DisposeAsync();
            throw;
        }
    }

    /// <summary>At the same address as before, so that whoever knew it finds it again.</summary>
    public async Task Start(string endpoint)
    {
        var process = EndpointProcess.Start(endpoint, new Dictionary<string, string?>
        {
            ["ROOST__POSTGRES"] = Database.ConnectionString + ";Maximum Pool Size=20",
            ["ROOST__RABBITMQ"] = Vhost.Amqp,
            ["ROOST__REDIS"] = redis,
            ["ROOST__REDISPREFIX"] = Database.Name,
            ["ROOST__ELASTICSEARCH"] = null,
            ["ROOST__HTTP"] = addresses[endpoint].ToString(),
            ["ROOST__STRIPE__URL"] = Stripe.Url.ToString(),
            ["ROOST__STRIPE__KEY"] = StripeServer.Key,
            ["ROOST__RATELIMITS"] = "false",
            ["ROOST__DEMOACCOUNTS"] = "true",
            ["ROOST__LOGS"] = null,
        });
        processes[endpoint] = process;
        using var http = new HttpClient { BaseAddress = addresses[endpoint] };
        await Eventually.Is(async () => process.HasExited || (await http.GetAsync("health/ready")).IsSuccessStatusCode, StartsWithin, () => process.Output);
        Assert.That(process.HasExited, Is.False, process.Output);
    }

    /// <summary>kill -9, and gone when this returns.</summary>
    public async Task Kill(string endpoint)
    {
        await processes[endpoint].Kill();
        await processes[endpoint].DisposeAsync();
    }

    /// <summary>Where something got stuck: messages, statements and complaints.</summary>
    public async Task<string> Diagnosis()
    {
        var statements = await Database.Values<string>(
            """
            select format('%s: %s, %s %s since %s: %s', application_name, state, wait_event_type, wait_event, xact_start, left(query, 200))
            from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
            """);
        var complaints = processes.SelectMany(process => process.Value.Output.Split('\n')
            .Where(line => line.Contains("\"Level\":\"Warning\"", StringComparison.Ordinal) || line.Contains("\"Level\":\"Error\"", StringComparison.Ordinal)).TakeLast(10));
        return string.Join('\n', [.. await Vhost.Backlogs(), .. statements, .. complaints]);
    }

    public Task<Person> SignUp(string? name = null) => Person.SignsUp(Web, name);

    public async ValueTask DisposeAsync()
    {
        Web.Dispose();
        foreach (var process in processes.Values) await process.DisposeAsync();
        await Stripe.DisposeAsync();
        await Vhost.DisposeAsync();
        await Database.DisposeAsync();
    }
}
