using Microsoft.Extensions.Logging.Abstractions;
using Roost.Platform.Migrating;

namespace Roost.Endpoints.Tests.Web;

/// <summary>The real Web as processes of their own, on one database, one virtual host and a Redis prefix of their own.</summary>
public sealed class TestWeb : IAsyncDisposable
{
    readonly Dictionary<string, string?> settings;
    readonly List<ChildProcess> processes = [];
    readonly List<HttpClient> clients = [];

    readonly bool isGuest;

    TestWeb(Postgres.Database database, Rabbit.Vhost vhost, Dictionary<string, string?> settings, bool isGuest) =>
        (Database, Vhost, this.settings, this.isGuest) = (database, vhost, settings, isGuest);

    public Postgres.Database Database { get; }
    public Rabbit.Vhost Vhost { get; }

    /// <summary>The first instance, as nobody in particular.</summary>
    public HttpClient Client => clients[0];

    public string Printed => string.Join('\n', processes.Select(process => process.Output));

    /// <summary>Limits are off unless a test is about them: all of them come from one address.</summary>
    public static async Task<TestWeb> Start()
    {
        var database = await Postgres.NewDatabase("web");
        foreach (var other in new[] { "Calendar", "Reservation", "Payment" }) await GiveSchema(database, other);
        var vhost = await Rabbit.NewVhost("web");
        var settings = new Dictionary<string, string?>
        {
            ["ROOST__POSTGRES"] = database.ConnectionString + ";Maximum Pool Size=20;Command Timeout=8",
            ["ROOST__RABBITMQ"] = vhost.Amqp,
            ["ROOST__REDIS"] = Redis.Address,
            ["ROOST__REDISPREFIX"] = database.Name,
            ["ROOST__RATELIMITS"] = "false",
            ["ROOST__DEMOACCOUNTS"] = "true",
        };
        var web = new TestWeb(database, vhost, settings, isGuest: false);
        return await web.Begun();
    }

    /// <summary>Another process on the same servers with other settings, and with counters of its own.</summary>
    public async Task<TestWeb> Beside(params (string Key, string? Value)[] but)
    {
        var other = new Dictionary<string, string?>(settings) { ["ROOST__REDISPREFIX"] = Given.UniqueName("web") };
        foreach (var (key, value) in but) other[key] = value;
        var web = new TestWeb(Database, Vhost, other, isGuest: true);
        return await web.Begun();
    }

    /// <summary>One that does not start leaves nothing running.</summary>
    async Task<TestWeb> Begun()
    {
        try
        {
            await AnotherInstance();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Web reads what the others publish; they need not run for it.</summary>
    static Task GiveSchema(Postgres.Database database, string endpoint)
    {
        var folder = Path.Combine(Repository.Root, "endpoints", endpoint);
        var migrations = Directory.GetFiles(folder, "*.sql", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(file => Migration.From(Path.GetRelativePath(folder, file), File.ReadAllText(file)));
        var migrator = new SchemaMigrator(database.ConnectionString, endpoint.ToLowerInvariant(), Migration.InOrder(migrations), NullLogger.Instance);
        return migrator.Run(CancellationToken.None);
    }

    public async Task<HttpClient> AnotherInstance()
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        processes.Add(EndpointProcess.Start("Web", new Dictionary<string, string?>(settings) { ["ROOST__HTTP"] = address }));
        var client = new HttpClient { BaseAddress = new Uri(address + "/api/v1/") };
        clients.Add(client);
        await Eventually.Is(async () => processes[^1].HasExited || (await client.GetAsync("/health/ready")).IsSuccessStatusCode,
            within: TimeSpan.FromSeconds(90), describe: () => processes[^1].Output);
        Assert.That(processes[^1].HasExited, Is.False, processes[^1].Output);
        return client;
    }

    /// <summary>What the endpoint gets from outside; for a test that starts it in its own process.</summary>
    public IReadOnlyDictionary<string, string?> Settings => settings;

    public Task<Person> Somebody(string? name = null) => Person.SignsUp(Client, name);

    public Task<Person> Staff(string role) => Person.SignsIn(Client, $"{role}@demo.test", "Demo-Pass-2027!");

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        foreach (var process in processes) await process.DisposeAsync();
        if (isGuest) return;
        await Vhost.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>One Web for all fixtures that do not need their own: starting it takes seconds.</summary>
[SetUpFixture]
public sealed class TheWeb
{
    static TestWeb? running;

    public static TestWeb Running => running!;

    [OneTimeSetUp]
    public async Task Start() => running = await TestWeb.Start();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (running is not null) await running.DisposeAsync();
    }
}
