using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Roost.Servers;

namespace Roost.Platform.Tests.Running;

/// <summary>An endpoint as a process, with a database and a virtual host of its own behind links that can be cut.</summary>
public sealed class Specimen : IAsyncDisposable
{
    readonly Postgres.Database database;
    readonly Rabbit.Vhost vhost;
    readonly List<ChildProcess> processes = [];

    Specimen(Postgres.Database database, Rabbit.Vhost vhost)
    {
        this.database = database;
        this.vhost = vhost;
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        ToPostgres = Link.To(server.Host!, server.Port);
        ToRabbit = Link.To(Rabbit.Broker.Host, Rabbit.Broker.Port);
        Settings = new()
        {
            ["ROOST__POSTGRES"] = database.Through(ToPostgres.Host, ToPostgres.Port),
            ["ROOST__RABBITMQ"] = vhost.Through(ToRabbit.Host, ToRabbit.Port),
            ["ROOST__REDIS"] = null,
            ["ROOST__LOGS"] = null,
            ["ROOST__OTLP"] = null,
            ["ROOST__STARTWITHIN"] = "30",
        };
    }

    public static async Task<Specimen> WithServersOfItsOwn() => new(await Postgres.NewDatabase("specimen"), await Rabbit.NewVhost("specimen"));

    public Link ToPostgres { get; }
    public Link ToRabbit { get; }
    public Postgres.Database Database => database;
    public Rabbit.Vhost Broker => vhost;

    /// <summary>What the next process is told.</summary>
    public Dictionary<string, string?> Settings { get; }

    public Instance Launch(string? name = null)
    {
        var port = Ports.Free();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(Repository.Root, "tests", "Specimen", "bin", configuration, "net10.0", "Roost.Specimen.dll");
        var settings = new Dictionary<string, string?>(Settings) { ["SPECIMEN_NAME"] = name };
        settings.TryAdd("ROOST__HTTP", $"http://127.0.0.1:{port}");
        var process = ChildProcess.Start(program, environment: settings);
        processes.Add(process);
        return new Instance(process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) });
    }

    public async Task<Instance> LaunchAndAwaitReady()
    {
        var instance = Launch();
        await instance.Becomes("ready", within: TimeSpan.FromSeconds(60));
        return instance;
    }

    public Task<long> RowsOfWork() => database.Value<long>("select count(*) from specimen.work");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
        await ToPostgres.DisposeAsync();
        await ToRabbit.DisposeAsync();
        await vhost.DisposeAsync();
        await database.DisposeAsync();
    }
}

public sealed class Instance(ChildProcess process, HttpClient http)
{
    public ChildProcess Process => process;
    public HttpClient Http => http;

    public async Task<Health> Health()
    {
        using var answer = await http.GetAsync("/health/ready");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new Health((int)answer.StatusCode, body.GetProperty("status").GetString()!,
            body.GetProperty("dependencies").EnumerateObject().ToDictionary(d => d.Name, d => d.Value.GetProperty("status").GetString()!));
    }

    public Task<Health> Becomes(string status, TimeSpan within) => Eventually.Sees(Health, seen => seen.Status == status || process.HasExited, within);

    public async Task<Guid> Send(int milliseconds = 0, string? complaint = null)
    {
        var id = Guid.NewGuid();
        using var answer = await http.PostAsJsonAsync("/work", new { workId = id, milliseconds, complaint });
        answer.EnsureSuccessStatusCode();
        return id;
    }

    public Task<string> Metrics() => http.GetStringAsync("/metrics");
}

public sealed record Health(int StatusCode, string Status, Dictionary<string, string> Dependencies)
{
    public override string ToString() => $"{StatusCode} {Status} {string.Join(", ", Dependencies.Select(d => $"{d.Key} {d.Value}"))}";
}
