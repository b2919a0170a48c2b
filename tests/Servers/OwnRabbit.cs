using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Roost.Servers;

/// <summary>
/// A broker of one's own, for tests that kill it, restart it or starve it: other tests must not notice. Its data stays between a stop and the
/// next start.
/// </summary>
public sealed class OwnRabbit : IAsyncDisposable
{
    static readonly string[] ServerScripts = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server"];
    static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(120);
    const string PlentyOfMemory = "1GB";
    readonly string folder = Directory.CreateTempSubdirectory("roost-rabbit-").FullName;
    readonly int portMapperPort = Ports.Free();
    readonly int distributionPort = Ports.Free();
    readonly int managementPort = Ports.Free();
    readonly ChildProcess portMapper;
    ChildProcess? server;

    OwnRabbit() =>
        // Erlang would start its port mapper as a daemon that outlives the broker.
        portMapper = ChildProcess.Start("epmd", ["-address", "127.0.0.1", "-port", $"{portMapperPort}"]);

    public int Port { get; } = Ports.Free();
    public string Host => "127.0.0.1";
    string Node => $"t{Port}@localhost";

    public static async Task<OwnRabbit> Start()
    {
        var broker = new OwnRabbit();
        await broker.RunOrGone(PlentyOfMemory);
        return broker;
    }

    /// <summary>The broker keeps running but takes no messages, because it is short of memory.</summary>
    public static async Task<OwnRabbit> StartShortOfMemory()
    {
        var broker = new OwnRabbit();
        await broker.RunOrGone(memoryAllowed: "1MB");
        return broker;
    }

    public Task<Rabbit.Vhost> NewVhost(string name = "test") =>
        Rabbit.NewVhost(new Uri($"amqp://guest:guest@{Host}:{Port}"), new Uri($"http://guest:guest@{Host}:{managementPort}"), name);

    /// <summary>Starts it again, with the data it had.</summary>
    public Task Run() => Run(PlentyOfMemory);

    async Task RunOrGone(string memoryAllowed)
    {
        try
        {
            await Run(memoryAllowed);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    async Task Run(string memoryAllowed)
    {
        var script = ServerScripts.FirstOrDefault(File.Exists) ?? throw Given.Missing("rabbitmq-server is not installed here");
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"),
            $"""
            listeners.tcp.default = {Host}:{Port}
            management.tcp.ip = {Host}
            management.tcp.port = {managementPort}
            loopback_users = none
            disk_free_limit.absolute = 100MB
            vm_memory_high_watermark.absolute = {memoryAllowed}
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[rabbitmq_management].");
        server = ChildProcess.Start(script, environment: new Dictionary<string, string?>
        {
            ["HOME"] = folder,
            // With it the script becomes the server instead of its parent, so that a kill hits the server.
            ["RABBITMQ_ALLOW_INPUT"] = "true",
            ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
            ["RABBITMQ_NODENAME"] = Node,
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq"),
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["ERL_EPMD_PORT"] = $"{portMapperPort}",
            ["ERL_EPMD_ADDRESS"] = Host,
        });
        await Eventually.Is(Answers, PatienceAtStart, () => $"\n{server.Output}");
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        await server!.Kill();
        server = null;
    }

    public async Task Stop()
    {
        server!.Terminate();
        await server.WaitForExit(TimeSpan.FromSeconds(60));
        server = null;
    }

    /// <summary>From now on this quorum queue answers nobody, as one without a leader does. The process that leads it is registered under this name.</summary>
    public Task Silence(Rabbit.Vhost vhost, string queue) => Control($"sys:suspend('{vhost.Name}_{queue}').");

    async Task Control(string erlang)
    {
        await using var control = ChildProcess.Start("/usr/lib/rabbitmq/bin/rabbitmqctl", ["-n", Node, "eval", erlang], new Dictionary<string, string?>
        {
            ["HOME"] = folder,
            ["ERL_EPMD_PORT"] = $"{portMapperPort}",
        });
        if (await control.WaitForExit(PatienceAtStart) != 0) throw new AssertionException(control.Output);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await Kill();
        await portMapper.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    async Task<bool> Answers()
    {
        if (server!.HasExited) throw new AssertionException($"RabbitMQ ended ({server.ExitCode}):\n{server.Output}");
        try
        {
            await using var connection = await new ConnectionFactory { HostName = Host, Port = Port }.CreateConnectionAsync();
            using var management = Rabbit.Management(new Uri($"http://guest:guest@{Host}:{managementPort}"));
            using var answer = await management.GetAsync("api/overview");
            return answer.IsSuccessStatusCode;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }
}
