using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>The endpoint as a process of its own.</summary>
sealed class AtEndpoint : IAsyncDisposable
{
    readonly Rabbit.Vhost vhost;
    ChildProcess? process;

    AtEndpoint(Rabbit.Vhost vhost) => this.vhost = vhost;

    public static async Task<AtEndpoint> Start(Postgres.Database database)
    {
        var endpoint = new AtEndpoint(await Rabbit.NewVhost("holds"));
        try
        {
            await endpoint.StartProcess(database);
            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync();
            throw;
        }
    }

    async Task StartProcess(Postgres.Database database)
    {
        var program = Path.Combine(Repository.Root, "endpoints", "Calendar", "bin", Configuration, "net10.0", "Roost.Calendar.dll");
        var port = Ports.Free();
        var settings = new Dictionary<string, string?>
        {
            ["ROOST__POSTGRES"] = database.ConnectionString,
            ["ROOST__RABBITMQ"] = vhost.Amqp,
            ["ROOST__HTTP"] = $"http://127.0.0.1:{port}",
            ["ROOST__LOGS"] = null,
        };
        process = ChildProcess.Start(program, environment: settings, folder: Path.GetDirectoryName(program));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.Is(
            async () => process.HasExited || (await http.GetAsync("/health/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(120), () => process.Output);
    }

    public Task<Speed> Measure(Guid[] units, CancellationToken ct) => Guests.Measure(vhost, units, ct);

    static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        await vhost.DisposeAsync();
    }
}
