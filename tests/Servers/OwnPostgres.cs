using Npgsql;

namespace Roost.Servers;

/// <summary>
/// A database server of one's own, for tests that stop it hard: other tests must not notice. Durable as in production; its data stays between
/// a stop and the next start.
/// </summary>
public sealed class OwnPostgres : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly string folder = Directory.CreateTempSubdirectory("roost-postgres-").FullName;
    readonly int port = Ports.Free();
    readonly string programs = Programs();
    ChildProcess? server;

    public string Server => $"Host=127.0.0.1;Port={port};Username=roost;Database=postgres;Timezone=UTC";

    public static async Task<OwnPostgres> Start()
    {
        var postgres = new OwnPostgres();
        try
        {
            await postgres.Create();
            await postgres.Run();
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public Task<Postgres.Database> NewDatabase(string name) => Postgres.NewDatabase(Server, name);

    /// <summary>Starts it, again with the data it had.</summary>
    public async Task Run()
    {
        server = As("postgres", "-D", Data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100");
        await Eventually.Is(Answers, Patience, () => $"\n{server.Output}");
    }

    /// <summary>Every client is told to go, what is not committed is undone.</summary>
    public Task Stop() => Stop("fast");

    /// <summary>As when the machine fails: nobody is told and nothing is tidied up; the next start recovers from the log.</summary>
    public Task StopAtOnce() => Stop("immediate");

    async Task Stop(string how)
    {
        await Finish(As("pg_ctl", "stop", "-D", Data, "-m", how));
        await server!.WaitForExit(Patience);
        server = null;
    }

    async Task Create()
    {
        if (Environment.IsPrivilegedProcess) await Finish(ChildProcess.Start("chown", ["postgres:", folder]));
        await Finish(As("initdb", "-D", Data, "--username=roost", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"));
    }

    string Data => Path.Combine(folder, "data");

    async Task<bool> Answers()
    {
        if (server!.HasExited) throw new AssertionException($"PostgreSQL ended ({server.ExitCode}):\n{server.Output}");
        await using var connection = new NpgsqlConnection(Server + ";Pooling=false");
        await connection.OpenAsync();
        return true;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    ChildProcess As(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.IsPrivilegedProcess
            ? ChildProcess.Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", path, .. arguments], folder: "/")
            : ChildProcess.Start(path, arguments, folder: "/");
    }

    static async Task Finish(ChildProcess process)
    {
        await using (process)
        {
            if (await process.WaitForExit(Patience) != 0) throw new AssertionException($"Process {process.Id} failed ({process.ExitCode}):\n{process.Output}");
        }
    }

    static string Programs()
    {
        const string Versions = "/usr/lib/postgresql";
        string[] folders = [.. Directory.Exists(Versions) ? Directory.GetDirectories(Versions).OrderDescending().Select(v => Path.Combine(v, "bin")) : [], "/usr/local/bin", "/usr/bin"];
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb"))) ?? throw Given.Missing("postgresql is not installed here");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is { HasExited: false }) await StopAtOnce();
        Directory.Delete(folder, recursive: true);
    }
}
